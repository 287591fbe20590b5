import Foundation
import Synchronization

/// Ticks from a thread that sleeps in the kernel. `Task.sleep` goes by way of two threads of the dispatch library: at 10,000 ticks a
/// second that was a third of the load generator's time, on the core beside the server that it measures.
final class Pacer: Sendable {
    /// A tick for whoever waits; those that come while nobody does are one.
    let ticks: AsyncStream<Void>
    private let hasStopped: Shared

    private final class Shared: Sendable {
        let flag = Atomic(false)
    }

    /// How often it ticks: a call may start so much late, which its latency shows.
    private static let nanoseconds = 100_000

    init() {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let shared = Shared()
        (ticks, hasStopped) = (stream, shared)
        Thread.detachNewThread {
            while !shared.flag.load(ordering: .relaxed) {
                var time = timespec(tv_sec: 0, tv_nsec: Self.nanoseconds)
                unsafe nanosleep(&time, nil)
                continuation.yield()
            }
            continuation.finish()
        }
    }

    func stop() {
        hasStopped.flag.store(true, ordering: .relaxed)
    }
}
