internal import Synchronization

/// Counts the finished rows that are not history yet, and says when there is another lot of them.
final class FinishedRows: Sendable {
    /// Rows that become history in one transaction: 3 ms of the writer, which others wait for meanwhile.
    static let lot = 256

    private let number: Mutex<Int>
    let lots: AsyncStream<Void>
    private let signal: AsyncStream<Void>.Continuation

    init(_ count: Int) {
        number = Mutex(count)
        (lots, signal) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
        if count >= Self.lot { signal.yield() }
    }

    var count: Int { number.withLock { $0 } }

    func add(_ count: Int) {
        let now = number.withLock { number in
            number += count
            return number
        }
        if count > 0, now >= Self.lot { signal.yield() }
    }
}
