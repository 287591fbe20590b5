internal import Dispatch
internal import Glibc

/// SIGHUP, turned into an event: a node reads its file again instead of dying.
package enum ReloadSignal {
    /// Sendable: a dispatch source may be used from any thread.
    private struct Listener: @unchecked Sendable { let source: any DispatchSourceSignal }

    /// An element for each signal from now on; several that come before one is taken are one. Call it once.
    package static func requests() -> AsyncStream<Void> {
        let (requests, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        // The default action would end the process.
        signal(SIGHUP, SIG_IGN)
        let source = DispatchSource.makeSignalSource(signal: SIGHUP)
        source.setEventHandler { continuation.yield() }
        source.resume()
        let listener = Listener(source: source)
        continuation.onTermination = { _ in listener.source.cancel() }
        return requests
    }
}
