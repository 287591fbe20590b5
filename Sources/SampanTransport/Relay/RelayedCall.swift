internal import SampanHTTP2
internal import SampanRPC

/// The half of a relayed call that goes out: what its `ServerCall` receives it sends on, byte for byte, and the other way round.
///
/// No message is taken apart. Windows are coupled: bytes of one side are given back only as the other side has taken them, so a slow
/// reader at either end holds the sender at the other. Its deadline is kept by the call that came in.
///
/// Sendable: touched on the loop that both halves share only.
@safe final class RelayedCall: OutboundCall, @unchecked Sendable {
    /// The half that came in; nil once either has ended.
    private var arrival: ServerCall?
    private let head: HeaderBlock
    /// Of a call that came in by a door to the web.
    private let door: WebCall?
    /// For people: whom it is for.
    let target: String
    /// Connections that were lost before they answered, for those who ask why.
    private(set) var lostAttempts: [CallRecord.Attempt] = []
    private var lastAddress = ""
    /// Whether the server has said how the call ended.
    private var wasAnswered = false

    /// - Parameters:
    ///   - head: what its head says beside what every head of a call says.
    ///   - door: of a call that came in by one to the web.
    init(
        _ arrival: ServerCall, _ departure: Departure, head: HeaderBlock, door: WebCall?, on core: ChannelCore, expires: Int64
    ) {
        self.arrival = arrival
        self.head = head
        self.door = door
        target = departure.target
        super.init(
            method: departure.method, options: .defaults, loop: core.loop, expires: expires,
            replayBufferBytes: core.callLimits.replayBufferBytes)
    }

    override var isRelayed: Bool { true }

    /// Bytes of both directions that wait here: for the next node, and for the rest of what a door takes whole.
    var heldBytes: Int { waitingBytes + (door?.heldBytes ?? 0) }

    /// The address of its connection, or of the last that it had; empty where it has never had one.
    var endpoint: String { connection?.peer.address ?? lastAddress }

    override func lost(_ connection: ClientConnection, _ cause: RPCError) {
        lastAddress = connection.peer.address
        guard lostAttempts.count < CallRecord.mostAttempts else { return }
        lostAttempts.append(CallRecord.Attempt(address: lastAddress, cause: cause.message.cut(to: CallRecord.longestText)))
    }

    override func addedFields() -> HeaderBlock? { head }

    /// The half that came in is over: so is this one, also on the wire. `isLate`: because of its deadline.
    func drop(isLate: Bool) {
        guard arrival != nil else { return }
        arrival = nil
        abandon(RPCError(code: isLate ? .deadlineExceeded : .cancelled, message: "the caller has ended the call"))
    }

    /// The half that came in has written bytes of the answer.
    func answerTaken(waiting: Int) { giveBackWindow(waiting: waiting) }

    // MARK: From the wire

    override func answerBegan() {
        arrival?.relayedHead(unsafe current.metadata, compresses: unsafe current.encoding == .gzip)
    }

    override func received(data: RawSpan) {
        guard state == .body, let arrival else { return }
        unconsumed += data.byteCount
        arrival.relayed(data.copied)
        giveBackWindow(waiting: arrival.outboundBytes)
    }

    override func received(trailers: Metadata, saysOK: Bool) -> RPCError? {
        wasAnswered = true
        if saysOK { arrival?.relayedTrailers(trailers) }
        return nil
    }

    override func ended() {
        guard let arrival else { return }
        self.arrival = nil
        var failure = failure
        // What the server says of another attempt is said to whoever may make one.
        if let pushback { failure?.metadata.appendReceived(key: "grpc-retry-pushback-ms", value: .ascii(pushback.wireText)) }
        arrival.relayEnded(failure, isOurs: !wasAnswered, self)
    }

    override func outboundDrained() { arrival?.requestTaken() }
}
