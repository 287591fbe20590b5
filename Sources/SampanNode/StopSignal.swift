internal import Dispatch
internal import Glibc
internal import Synchronization

/// SIGTERM and SIGINT, turned into an event: a node ends by draining, not by dying.
package enum StopSignal {
    private static let numbers = [SIGTERM, SIGINT]

    /// Runs `body` until it returns or a stop signal comes, which cancels it. From the moment this is called no stop signal ends the
    /// process by itself, but a second one does. Throws what `body` throws, except for its being cancelled.
    package static func cancelling(_ body: @escaping @Sendable () async throws -> Void) async throws {
        let (signals, continuation) = AsyncStream.makeStream(of: Void.self)
        let sources = listen { continuation.finish() }
        defer { for source in sources { source.cancel() } }
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await body() }
            tasks.addTask { for await _ in signals {} }
            try await tasks.next()
            tasks.cancelAll()
            do { try await tasks.waitForAll() } catch is CancellationError {}
        }
    }

    /// Set up before anything is started: a signal that comes early must find it.
    private static func listen(_ heard: @escaping @Sendable () -> Void) -> [any DispatchSourceSignal] {
        let hasHeard = Flag()
        return numbers.map { number in
            // The default action would end the process before anything is drained.
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number)
            source.setEventHandler {
                // The operator does not want to wait: as if the signal had its default action.
                if hasHeard.exchange() { _exit(128 + number) }
                heard()
            }
            source.resume()
            return source
        }
    }
}

/// Set once.
private final class Flag: Sendable {
    private let isSet = Atomic(false)

    /// Sets it; whether it was set before.
    func exchange() -> Bool { isSet.exchange(true, ordering: .relaxed) }
}
