internal import SampanCrypto
internal import SampanHTTP2

/// Sets one connection to a node up, step by step, and tells how long each took and why the last one failed: for an admin who wants to
/// know where it hangs. The connection is closed as soon as the server has greeted; no call is made on it.
///
/// Calls take `ClientChannel`, which does the same without looking.
package struct ConnectionProbe: Sendable {
    /// What is set up, in this order.
    package enum Step: String, Sendable, Hashable, CaseIterable {
        /// The TCP connect.
        case connect
        /// Until this side's own handshake is over: the server's certificate was verified. That the server takes ours shows later.
        case handshake
        /// Until the server's first SETTINGS (RFC 9113 §3.4): it speaks HTTP/2, and has taken our certificate.
        case settings
    }

    /// Why a step did not come to an end.
    package struct Failure: Sendable, Hashable {
        package let step: Step
        /// For people, one line.
        package let text: String
        /// Nil where it was not TLS that failed.
        package let handshake: FailedHandshake?
    }

    /// What was seen.
    package struct Report: Sendable {
        /// The steps that came to an end, with the time that each took.
        package internal(set) var durations: [Step: Duration] = [:]
        /// Whom the server's verified certificate names; nil where it did not get so far.
        package internal(set) var peer: VerifiedPeer?
        /// Calls that the server lets run at once on one connection; nil where it did not greet.
        package internal(set) var maximumStreams: UInt32?
        /// Nil when every step came to an end.
        package internal(set) var failure: Failure?
    }

    private let loop: EventLoop
    private let tls: TLSContext
    private let timeout: Duration

    /// - Parameter timeout: of all steps together.
    ///
    /// Throws `CredentialsError` for credentials that OpenSSL refuses.
    package init(group: EventLoopGroup, credentials: NodeCredentials, timeout: Duration) throws(CredentialsError) {
        loop = group.nextLoop
        tls = try credentials.clientContext()
        self.timeout = timeout
    }

    /// All addresses of a host, in the system's order; a numeric one is its own. Throws what the system says of a name that it does not
    /// find. Blocks a thread of its own, and not the caller's.
    package static func addresses(host: String, port: UInt16) async throws(SocketError) -> [SocketAddress] {
        try await Resolver.resolve(host: host, port: port)
    }

    /// Returns when the connection has been set up, or has failed, and is closed again.
    package func run(_ address: SocketAddress) async -> Report {
        let (loop, tls, timeout) = (loop, tls, timeout)
        return await withCheckedContinuation { continuation in
            loop.perform {
                ProbeAttempt(loop, tls) { continuation.resume(returning: $0) }.start(address, timeout: timeout)
            }
        }
    }
}
