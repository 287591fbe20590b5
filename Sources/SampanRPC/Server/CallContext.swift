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
    /// How much the call matters: as it claims, up to what its caller may claim, or else as its method does. Calls made inside inherit it.
    public let priority: CallPriority
    /// When the call is over at the latest. Every call has one: without a `grpc-timeout` it is the server's maximum.
    public var deadline: ContinuousClock.Instant { origin.advanced(by: .nanoseconds(offset)) }

    /// Where calls stand in a trace that are made for this one: in the span that is recorded of it, or else where its caller stood; nil
    /// for a call without a trace.
    package var trace: TraceParent? {
        if let span { return span.place }
        guard !requestMetadata.isEmpty else { return nil }
        return requestMetadata[ascii: TraceParent.key].flatMap { TraceParent($0) }
    }

    private let span: RecordedSpan?

    /// The deadline in two parts, so that the clock's wide arithmetic is done for those who ask.
    private let origin: ContinuousClock.Instant
    private let offset: Int64

    private struct Outgoing {
        var initial = Metadata()
        var trailing = Metadata()
        var compresses = false
        var lastRequestWasCompressed = false
        var findings: [any Sendable] = []
    }
    private let outgoing: Mutex<Outgoing>
    /// Whether anybody has spoken beside the messages: hardly any handler does, and then no lock is taken.
    private let speaks = Atomic<Bool>(false)
    /// Read after `speaks` is written by one side and the other way round by the other, so both are sequentially consistent.
    private let initialSent = Atomic<Bool>(false)

    public convenience init(method: MethodDescriptor, peer: Peer, requestMetadata: Metadata, deadline: ContinuousClock.Instant) {
        self.init(method: method, peer: peer, requestMetadata: requestMetadata, from: deadline, until: 0)
    }

    /// For the transport: a call whose deadline is `offset` nanoseconds after `origin`, any instant that costs nothing to have.
    package init(
        method: MethodDescriptor, peer: Peer, requestMetadata: Metadata, priority: CallPriority = .normal,
        from origin: ContinuousClock.Instant, until offset: Int64, span: RecordedSpan? = nil
    ) {
        self.priority = priority
        self.method = method
        self.peer = peer
        self.requestMetadata = requestMetadata
        self.origin = origin
        self.offset = offset
        self.span = span
        self.outgoing = Mutex(Outgoing())
    }

    /// The call that the current task serves; nil outside of handlers. Calls made inside inherit its deadline.
    @TaskLocal public static var current: CallContext?

    /// Adds to what is sent before the first message. False when that has gone already.
    @discardableResult
    public func addInitialMetadata(_ metadata: Metadata) -> Bool {
        speaks.store(true, ordering: .sequentiallyConsistent)
        return outgoing.withLock { state in
            guard !initialSent.load(ordering: .sequentiallyConsistent) else { return false }
            state.initial.entries += metadata.entries
            return true
        }
    }

    /// Adds to what is sent with the status.
    public func addTrailingMetadata(_ metadata: Metadata) {
        speaks.store(true, ordering: .releasing)
        outgoing.withLock { $0.trailing.entries += metadata.entries }
    }

    /// Whether answers are compressed, if the client takes that; false unless a handler or interceptor asks for it. Counts when it
    /// is set before
    /// the first answer; from then on it may be turned off and on between messages (or see `FramedMessage.isCompressible`).
    /// A secret must not be compressed beside text that an eavesdropper chooses: leave it off for such calls.
    public var compressesResponses: Bool {
        get { speaks.load(ordering: .acquiring) && outgoing.withLock { $0.compresses } }
        set {
            speaks.store(true, ordering: .releasing)
            outgoing.withLock { $0.compresses = newValue }
        }
    }

    /// Whether the request that the handler took last came compressed. For tests of interoperability; handlers have no use for it.
    package var lastRequestWasCompressed: Bool {
        get { outgoing.withLock { $0.lastRequestWasCompressed } }
        set { outgoing.withLock { $0.lastRequestWasCompressed = newValue } }
    }

    /// Keeps what an interceptor has found out about the call, for its handler: one value of a type.
    package func keep(_ finding: some Sendable) {
        speaks.store(true, ordering: .releasing)
        outgoing.withLock { $0.findings.append(finding) }
    }

    /// What an interceptor has kept of a type; nil where none has.
    package func finding<Finding: Sendable>(_ type: Finding.Type = Finding.self) -> Finding? {
        guard speaks.load(ordering: .acquiring) else { return nil }
        return outgoing.withLock { state in
            for finding in state.findings { if let found = finding as? Finding { return found } }
            return nil
        }
    }

    /// For the transport: takes the initial metadata, once.
    package func takeInitialMetadata() -> Metadata {
        initialSent.store(true, ordering: .sequentiallyConsistent)
        return speaks.load(ordering: .sequentiallyConsistent) ? outgoing.withLock { $0.initial } : Metadata()
    }

    /// For the transport, when the status is about to go.
    package var trailingMetadata: Metadata {
        speaks.load(ordering: .acquiring) ? outgoing.withLock { $0.trailing } : Metadata()
    }
}
