/// What is to happen when; of the same moment, what was asked for first.
struct TimerHeap {
    private struct Timer {
        let due: Int64
        let order: Int
        let isWait: Bool
        let action: @Sendable () -> Void

        func isBefore(_ other: Timer) -> Bool { (due, order) < (other.due, other.order) }
    }

    private var timers: [Timer] = []
    private var count = 0

    /// What tasks wait for, in any order: for a world that ends.
    var waits: [@Sendable () -> Void] { timers.filter(\.isWait).map(\.action) }

    /// - Parameter isWait: a task waits for it, and for nothing else.
    mutating func add(at due: Int64, isWait: Bool, _ action: @escaping @Sendable () -> Void) {
        count += 1
        timers.append(Timer(due: due, order: count, isWait: isWait, action: action))
        var place = timers.count - 1
        while place > 0, timers[place].isBefore(timers[(place - 1) / 2]) {
            timers.swapAt(place, (place - 1) / 2)
            place = (place - 1) / 2
        }
    }

    mutating func take() -> (due: Int64, action: @Sendable () -> Void)? {
        guard let first = timers.first else { return nil }
        let last = timers.removeLast()
        guard !timers.isEmpty else { return (first.due, first.action) }
        timers[0] = last
        var place = 0
        while true {
            var least = place
            for child in [2 * place + 1, 2 * place + 2] where child < timers.count && timers[child].isBefore(timers[least]) {
                least = child
            }
            guard least != place else { return (first.due, first.action) }
            timers.swapAt(place, least)
            place = least
        }
    }
}
