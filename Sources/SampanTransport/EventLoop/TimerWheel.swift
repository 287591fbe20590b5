/// What a timer calls on its loop's thread.
protocol TimerTarget: AnyObject {
    func timerFired()
}

/// Names a timer so that it can be cancelled; stale after it fired.
struct TimerID: Hashable {
    fileprivate let index: Int32
    fileprivate let generation: UInt32
}

/// A hashed wheel (Varghese & Lauck 1987, scheme 6): setting and cancelling are O(1) and allocate nothing in the steady state,
/// since every call has a deadline and hardly any deadline is reached. Times are nanoseconds of a monotonic clock, handed in.
struct TimerWheel {
    /// Width of a slot: deadlines are kept to within 2 ms.
    static let tick: Int64 = 2_000_000
    static let slotCount = 1_024

    private struct Entry {
        var target: (any TimerTarget)?
        var due: Int64 = 0
        var previous: Int32 = -1
        var next: Int32 = -1
        var slot: Int32 = -1
        var generation: UInt32 = 0
    }

    private var entries: [Entry] = []
    private var freeEntry: Int32 = -1
    private var heads = [Int32](repeating: -1, count: Self.slotCount)
    private var occupied = [UInt64](repeating: 0, count: Self.slotCount / 64)
    /// Tick up to which everything due has fired.
    private var cursor: Int64
    private(set) var count = 0

    init(now: Int64) {
        cursor = now / Self.tick
    }

    mutating func schedule(at due: Int64, _ target: any TimerTarget) -> TimerID {
        let index = takeFree()
        // A due time in the past goes into the next slot, never into one that was swept already.
        let tick = max(due / Self.tick, cursor + 1)
        let slot = Int32(truncatingIfNeeded: tick & Int64(Self.slotCount - 1))
        entries[Int(index)].target = target
        entries[Int(index)].due = due
        entries[Int(index)].slot = slot
        entries[Int(index)].previous = -1
        entries[Int(index)].next = heads[Int(slot)]
        if heads[Int(slot)] >= 0 { entries[Int(heads[Int(slot)])].previous = index }
        heads[Int(slot)] = index
        occupied[Int(slot) / 64] |= 1 << UInt64(slot & 63)
        count += 1
        return TimerID(index: index, generation: entries[Int(index)].generation)
    }

    /// No effect on a timer that fired or was cancelled.
    mutating func cancel(_ id: TimerID) {
        guard entries[Int(id.index)].generation == id.generation, entries[Int(id.index)].slot >= 0 else { return }
        remove(id.index)
    }

    /// Takes out everything due by `now`; the caller calls the targets afterwards, since they may set new timers.
    mutating func expire(now: Int64) -> [any TimerTarget] {
        let last = now / Self.tick
        guard count > 0, last > cursor else {
            cursor = max(cursor, last)
            return []
        }
        var due: [any TimerTarget] = []
        // One round of the wheel meets every slot, however long the loop was away.
        for tick in (cursor + 1)...min(last, cursor + Int64(Self.slotCount)) {
            let slot = Int(tick & Int64(Self.slotCount - 1))
            var index = heads[slot]
            while index >= 0 {
                let entry = entries[Int(index)]
                if entry.due / Self.tick <= last {
                    if let target = entry.target { due.append(target) }
                    remove(index)
                }
                index = entry.next
            }
        }
        cursor = last
        return due
    }

    /// Nanoseconds until something may be due; nil when there are no timers. May be early: far timers share slots.
    func delay(now: Int64) -> Int64? {
        guard count > 0 else { return nil }
        let start = Int((cursor + 1) & Int64(Self.slotCount - 1))
        for step in 0...occupied.count {
            let word = (start / 64 + step) % occupied.count
            var bits = occupied[word]
            if step == 0 { bits &= ~0 << UInt64(start & 63) }
            guard bits != 0 else { continue }
            let slot = word * 64 + bits.trailingZeroBitCount
            let ahead = (slot - start + Self.slotCount) % Self.slotCount
            return max(0, (cursor + 2 + Int64(ahead)) * Self.tick - now)
        }
        return nil
    }

    private mutating func takeFree() -> Int32 {
        guard freeEntry >= 0 else {
            entries.append(Entry())
            return Int32(truncatingIfNeeded: entries.count - 1)
        }
        let index = freeEntry
        freeEntry = entries[Int(index)].next
        return index
    }

    private mutating func remove(_ index: Int32) {
        let entry = entries[Int(index)]
        if entry.previous >= 0 {
            entries[Int(entry.previous)].next = entry.next
        } else {
            heads[Int(entry.slot)] = entry.next
            if entry.next < 0 { occupied[Int(entry.slot) / 64] &= ~(1 << UInt64(entry.slot & 63)) }
        }
        if entry.next >= 0 { entries[Int(entry.next)].previous = entry.previous }
        entries[Int(index)].target = nil
        entries[Int(index)].slot = -1
        entries[Int(index)].generation &+= 1
        entries[Int(index)].next = freeEntry
        freeEntry = index
        count -= 1
    }
}
