internal import Dispatch
internal import Glibc

/// SIGTERM and SIGINT, turned into an event: a node ends by draining, not by dying.
package enum StopSignal {
    /// Returns at the first of the signals, or when the task is cancelled. A second signal ends the process at once.
    package static func wait() async {
        let (signals, continuation) = AsyncStream.makeStream(of: Void.self)
        let sources = [SIGTERM, SIGINT].map { number in
            // The default action would end the process before anything is drained.
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number)
            source.setEventHandler { continuation.yield() }
            source.resume()
            return source
        }
        var iterator = signals.makeAsyncIterator()
        _ = await iterator.next()
        for source in sources { source.cancel() }
        for number in [SIGTERM, SIGINT] { signal(number, SIG_DFL) }
    }

    /// Runs `body` until it returns or a stop signal comes, which cancels it.
    package static func cancelling(_ body: @escaping @Sendable () async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await body() }
            tasks.addTask { await wait() }
            _ = try await tasks.next()
            tasks.cancelAll()
            try await tasks.waitForAll()
        }
    }
}
