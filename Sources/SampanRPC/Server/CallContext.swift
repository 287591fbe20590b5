import Synchronization

/// What a handler knows about the call it serves, and how it speaks beside the messages.
///
/// Shared by everything that the handler starts; safe from any task.
public final class CallContext: Sendable {
    public let method: MethodDescriptor
    /// Who calls: address and, over mutual TLS, the identity of the certificate.
    public let peer: Peer
    /// What the client sent before its first message.
    public let requestMetadata: Metadata
    /// When the call is over at the latest. Every call has one: without a `grpc-timeout` it is the server's maximum.
    public let deadline: ContinuousClock.Instant

    private struct Outgoing {
        var initial = Metadata()
        var trailing = Metadata()
        var initialSent = false
        var compresses = false
        var lastRequestWasCompressed = false
    }
    private let outgoing: Mutex<Outgoing>

    public init(method: MethodDescriptor, peer: Peer, requestMetadata: Metadata, deadline: ContinuousClock.Instant) {
        self.method = method
        self.peer = peer
        self.requestMetadata = requestMetadata
        self.deadline = deadline
        self.outgoing = Mutex(Outgoing())
    }

    /// The call that the current task serves; nil outside of handlers. Calls made inside inherit its deadline.
    @TaskLocal public static var current: CallContext?

    /// Adds to what is sent before the first message. False when that has gone already.
    @discardableResult
    public func addInitialMetadata(_ metadata: Metadata) -> Bool {
        outgoing.withLock { state in
            guard !state.initialSent else { return false }
            state.initial.entries += metadata.entries
            return true
        }
    }

    /// Adds to what is sent with the status.
    public func addTrailingMetadata(_ metadata: Metadata) {
        outgoing.withLock { $0.trailing.entries += metadata.entries }
    }

    /// Whether answers are compressed, if the client takes that; false unless a handler or interceptor asks for it. Counts when it
    /// is set before
    /// the first answer; from then on it may be turned off and on between messages (or see `FramedMessage.isCompressible`).
    /// A secret must not be compressed beside text that an eavesdropper chooses: leave it off for such calls.
    public var compressesResponses: Bool {
        get { outgoing.withLock { $0.compresses } }
        set { outgoing.withLock { $0.compresses = newValue } }
    }

    /// Whether the request that the handler took last came compressed. For tests of interoperability; handlers have no use for it.
    package var lastRequestWasCompressed: Bool {
        get { outgoing.withLock { $0.lastRequestWasCompressed } }
        set { outgoing.withLock { $0.lastRequestWasCompressed = newValue } }
    }

    /// For the transport: takes the initial metadata, once.
    package func takeInitialMetadata() -> Metadata {
        outgoing.withLock { state in
            state.initialSent = true
            return state.initial
        }
    }

    /// For the transport, when the status is about to go.
    package var trailingMetadata: Metadata { outgoing.withLock { $0.trailing } }
}
