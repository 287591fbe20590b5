internal import CLinux
internal import Glibc

/// Which of a descriptor's events a handler is told of.
struct Readiness: OptionSet {
    let rawValue: UInt32
    static let readable = Readiness(rawValue: EPOLLIN.rawValue)
    static let writable = Readiness(rawValue: EPOLLOUT.rawValue)
    /// Of several loops that watch the same listening socket, one is woken for a connection, not all.
    static let exclusive = Readiness(rawValue: 1 << 28)  // EPOLLEXCLUSIVE, an unsigned constant that Swift does not import
}

/// Something with a descriptor on a loop.
protocol PollHandler: AnyObject {
    func ready(_ readiness: Readiness)
}

/// epoll(7), level-triggered, with handlers kept in numbered slots: an event that was fetched for a descriptor which another
/// event of the same batch has closed finds a newer generation in its slot and is dropped.
@safe struct Poller: ~Copyable {
    private struct Slot {
        var handler: (any PollHandler)?
        var generation: UInt32 = 0
    }

    private let descriptor: Int32
    private var slots: [Slot] = []
    private var freeSlots: [Int32] = []
    private let events: UnsafeMutableBufferPointer<epoll_event>

    /// Names a registration; needed to change or end it.
    struct Token {
        fileprivate let slot: Int32
    }

    init() throws(SocketError) {
        descriptor = epoll_create1(Int32(EPOLL_CLOEXEC))
        guard descriptor >= 0 else { throw SocketError(call: "epoll_create1") }
        unsafe events = .allocate(capacity: 256)
    }

    deinit {
        close(descriptor)
        unsafe events.deallocate()
    }

    mutating func add(_ socket: Int32, _ readiness: Readiness, _ handler: any PollHandler) throws(SocketError) -> Token {
        let slot: Int32
        if let free = freeSlots.popLast() {
            slot = free
        } else {
            slots.append(Slot())
            slot = Int32(truncatingIfNeeded: slots.count - 1)
        }
        slots[Int(slot)].handler = handler
        do throws(SocketError) {
            try control(EPOLL_CTL_ADD, socket, readiness, slot)
        } catch {
            release(slot)
            throw error
        }
        return Token(slot: slot)
    }

    mutating func modify(_ token: Token, _ socket: Int32, _ readiness: Readiness) throws(SocketError) {
        try control(EPOLL_CTL_MOD, socket, readiness, token.slot)
    }

    /// Call before the descriptor is closed.
    mutating func remove(_ token: Token, _ socket: Int32) {
        try? control(EPOLL_CTL_DEL, socket, [], token.slot)
        release(token.slot)
    }

    /// Waits for at most `milliseconds` (-1: without end) and returns how many events there are.
    mutating func wait(milliseconds: Int32) -> Int {
        let count = unsafe epoll_wait(descriptor, events.baseAddress, Int32(truncatingIfNeeded: events.count), milliseconds)
        return max(0, Int(count))
    }

    /// The handler of one event of the last `wait`; nil when it has gone meanwhile.
    func event(_ index: Int) -> (handler: any PollHandler, readiness: Readiness)? {
        let event = unsafe events[index]
        let data = unsafe event.data.u64
        let slot = Int(data & 0xFFFF_FFFF)
        guard slots[slot].generation == UInt32(truncatingIfNeeded: data >> 32), let handler = slots[slot].handler
        else { return nil }
        return (handler, Readiness(rawValue: unsafe event.events))
    }

    private mutating func release(_ slot: Int32) {
        slots[Int(slot)].handler = nil
        slots[Int(slot)].generation &+= 1
        freeSlots.append(slot)
    }

    private func control(_ operation: Int32, _ socket: Int32, _ readiness: Readiness, _ slot: Int32) throws(SocketError) {
        var event = unsafe epoll_event()
        unsafe event.events = readiness.rawValue
        unsafe event.data.u64 = UInt64(slots[Int(slot)].generation) << 32 | UInt64(UInt32(bitPattern: slot))
        guard unsafe epoll_ctl(descriptor, operation, socket, &event) == 0 else { throw SocketError(call: "epoll_ctl") }
    }
}
