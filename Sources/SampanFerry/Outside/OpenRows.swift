internal import SampanDomain

/// The open rows in memory, by number: a worker's share is found by stepping, whatever the number of workers.
///
/// Memory is bounded by the store's limit on open rows. A row that stays open while later ones finish keeps the (empty) places behind it.
struct OpenRows {
    struct Row {
        let claimed: ClaimedRow
        let submittedAt: UnixTime
        var claimedAt: UnixTime?
        /// Since when it waits in this process.
        let openedAt: ContinuousClock.Instant
        /// The worker under whose fence it was handed out last; nil before the first time.
        var worker: Int64?

        /// Whose it is, where workers are so many.
        func owner(of count: Int64) -> Int64 { worker ?? claimed.seq % count }
    }

    /// Places that are looked through for rows of others, at the most: a helper comes again.
    private static let helpedPlaces = 4_096

    /// Number of the row in the first place.
    private var base: Int64 = 0
    private var places: [Row?] = []
    /// Places before it are empty.
    private var head = 0
    private(set) var count = 0

    subscript(seq: Int64) -> Row? {
        guard let place = place(of: seq) else { return nil }
        return places[place]
    }

    /// Rows come in the order of their numbers.
    mutating func append(_ row: Row) {
        let seq = row.claimed.seq
        if count == 0 {
            places.removeAll(keepingCapacity: true)
            (base, head) = (seq, 0)
        }
        while base + Int64(places.count) < seq { places.append(nil) }
        guard base + Int64(places.count) == seq else { return }
        places.append(row)
        count += 1
    }

    mutating func remove(_ seq: Int64) -> Row? {
        guard let place = place(of: seq), let row = places[place] else { return nil }
        places[place] = nil
        count -= 1
        while head < places.count, places[head] == nil { head += 1 }
        if head > 1_024, head > places.count / 2 {
            places.removeFirst(head)
            base += Int64(head)
            head = 0
        }
        return row
    }

    func forEach(_ body: (Row) -> Void) {
        for case let row? in places { body(row) }
    }

    /// Whether a row of the share is nobody else's now.
    func hasRow(of partition: Partition, _ slots: WorkerSlots, at now: ContinuousClock.Instant) -> Bool {
        var seq = partition.first(from: base + Int64(head))
        while let place = place(of: seq) {
            if let worker = places[place]?.owner(of: partition.count), worker == partition.worker || !slots.isHeld(worker, at: now) {
                return true
            }
            seq += partition.count
        }
        return false
    }

    /// The oldest rows of a share that are nobody else's; without one, and where the claim says so, those of workers that do not come for
    /// theirs. Marked as claimed at `now` if they are so for the first time. Nil when another run of the worker has replaced this one.
    mutating func claim(
        _ claim: RowClaim, _ slots: inout WorkerSlots, maximumBytes: Int, now: UnixTime, at instant: ContinuousClock.Instant
    ) -> [ClaimedRow]? {
        var hand = Hand(limit: claim.limit, maximumBytes: maximumBytes, now: now)
        let (partition, start) = (claim.partition, base + Int64(head))
        guard let session = claim.session else {
            take(stride(from: partition.first(from: start), to: end, by: Int(partition.count)), &hand) { _ in .unfenced }
            return hand.rows
        }
        guard let own = slots.enter(partition, session, above: claim.fenceAbove, at: instant) else { return nil }
        var fences = [own.worker: own]
        func fence(_ worker: Int64) -> Handing {
            if let fence = fences[worker] { return .under(fence) }
            guard !slots.isHeld(worker, butBy: session, at: instant) else { return .no }
            let fence = slots.help(worker, session, above: claim.fenceAbove, at: instant)
            fences[worker] = fence
            return .under(fence)
        }
        take(stride(from: partition.first(from: start), to: end, by: Int(partition.count)), &hand) { fence($0.owner(of: partition.count)) }
        guard hand.rows.isEmpty, claim.helps else { return hand.rows }
        let patience = slots.lease
        take(stride(from: start, to: min(end, start + Int64(Self.helpedPlaces)), by: 1), &hand) { row in
            // Its own worker has had the time of a lease to come for it.
            row.worker == nil && instant < row.openedAt + patience ? .no : fence(row.owner(of: partition.count))
        }
        return hand.rows
    }

    /// What a claim gets.
    private struct Hand {
        let limit: Int
        let maximumBytes: Int
        let now: UnixTime
        var rows: [ClaimedRow] = []
        var bytes = 0
    }

    private enum Handing {
        case no, unfenced
        case under(FerryFence)
    }

    private mutating func take(_ numbers: StrideTo<Int64>, _ hand: inout Hand, _ handing: (Row) -> Handing) {
        for seq in numbers where hand.rows.count < hand.limit {
            guard let place = place(of: seq), let row = places[place] else { continue }
            guard hand.rows.isEmpty || hand.bytes + row.claimed.payload.count <= hand.maximumBytes else { return }
            var claimed = row.claimed
            switch handing(row) {
            case .no: continue
            case .unfenced: break
            case .under(let fence):
                claimed.fence = fence
                places[place]?.worker = fence.worker
            }
            hand.bytes += claimed.payload.count
            if row.claimedAt == nil { places[place]?.claimedAt = hand.now }
            hand.rows.append(claimed)
        }
    }

    /// The first number after the last place.
    private var end: Int64 { base + Int64(places.count) }

    private func place(of seq: Int64) -> Int? {
        let place = seq - base
        return place >= Int64(head) && place < Int64(places.count) ? Int(place) : nil
    }
}
