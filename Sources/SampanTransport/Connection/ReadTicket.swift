internal import Synchronization

/// One wait of one reader. Its task may be cancelled before the wait has reached the loop, or after the message has reached the task:
/// the first must not be lost, and the second must not end the wait of the next reader.
final class ReadTicket: Sendable {
    private let cancelled = Atomic<Bool>(false)

    var isCancelled: Bool { cancelled.load(ordering: .acquiring) }

    func cancel() { cancelled.store(true, ordering: .releasing) }
}
