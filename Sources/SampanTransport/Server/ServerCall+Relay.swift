internal import SampanHTTP2
internal import SampanRPC

/// A call that goes on to another node, or has come from one.
extension ServerCall {
    /// Asks the router of the server what becomes of the call.
    func route(_ path: String, endStream: Bool) {
        guard connection.isAdmitted, let router = server.router else {
            return end(connection.refusal ?? RPCError(code: .unauthenticated, message: "the caller is refused"))
        }
        let handler = unsafe head.handler
        let call = unsafe ArrivingCall(
            path: path, isServed: handler != nil, fields: head.route ?? RouteFields(), peer: connection.peer,
            certificate: connection.connection.verifiedPeer)
        do throws(RPCError) {
            switch try router.route(call) {
            case .onward(let departure, let caller): depart(departure, caller, endStream: endStream)
            case .here(let caller):
                guard let handler else { throw RPCError(code: .unimplemented, message: "there is no method \(path) here") }
                unsafe count(in: Unmanaged.passUnretained(connection.series(handler.method, caller)))
                begin(handler, caller, endStream: endStream)
            }
        } catch {
            end(error)
        }
    }

    private func depart(_ departure: Departure, _ caller: Peer, endStream: Bool) {
        unsafe count(in: Unmanaged.passUnretained(connection.series(departure, caller)))
        guard isAdmitted(departure.method, caller) else { return }
        if let refusal = web?.whyNotPassed { return end(refusal) }
        guard let core = departure.channel.core(on: loop) else {
            return end(RPCError(code: .internal, message: "the way to \(departure.target) has no channel on this loop"))
        }
        state = .running
        session.noteWork(frames: Self.workOfStreaming)
        connection.begun(self)
        let onward = unsafe departure.head(
            passedMetadata, compressed: web?.passesCompressed ?? (head.encoding == .gzip),
            acceptsGzip: web?.mayPassGzip ?? head.acceptsGzip)
        let leg = RelayedCall(self, departure, head: onward, door: web, on: core, expires: expires)
        self.leg = leg
        if endStream {
            if let web, !takeEnd(web) { return }
            leg.sendsNoMore()
        }
        core.place(leg)
    }

    /// What the next node is to know of the call: its metadata with the trace, what it claims as far as it may, and how often it was tried.
    private var passedMetadata: Metadata {
        var metadata = tracedMetadata
        if unsafe head.priority != nil, let priority = context?.priority {
            metadata.appendReceived(key: CallPriority.key, value: .ascii(priority.name))
        }
        let attempts = unsafe head.previousAttempts
        if attempts > 0 { metadata.appendReceived(key: "grpc-previous-rpc-attempts", value: .ascii("\(attempts)")) }
        return metadata
    }

    /// Hands on bytes of the request.
    func relay(_ data: RawSpan, _ leg: RelayedCall) {
        leg.append(data.copied)
        giveBackWindow()
        if connection.holdsTooMuch { connection.shedRequests() }
    }

    // MARK: From the leg

    /// The next node has taken everything that waited.
    func requestTaken() {
        guard !hasEnded else { return }
        giveBackWindow()
    }

    func relayedHead(_ metadata: Metadata, compresses: Bool) {
        guard !hasEnded else { return }
        if !metadata.isEmpty { context?.addInitialMetadata(metadata) }
        if let web { return relayedHead(web, compresses: compresses) }
        sendHead(isRelayedCompressed: compresses)
        connection.markDirty()
    }

    func relayed(_ bytes: [UInt8]) {
        guard !hasEnded else { return }
        if let web { return relayed(bytes, web) }
        unsafe series?._withUnsafeGuaranteedRef { unsafe $0.responseBytes &+= UInt64(truncatingIfNeeded: bytes.count) }
        session.send(bytes, on: self)
        connection.markDirty()
    }

    /// What a call that did well says with its status.
    func relayedTrailers(_ metadata: Metadata) {
        if !metadata.isEmpty { context?.addTrailingMetadata(metadata) }
    }

    /// - Parameter isOurs: whether the failure is of the way, and not what the server has said.
    func relayEnded(_ failure: RPCError?, isOurs: Bool, _ endedLeg: RelayedCall) {
        leg = nil
        if failure == nil { noteAnswered() }
        guard let failure else { return end(web?.answerFault, .here, endedLeg) }
        guard isOurs else { return end(failure, .nextNode, endedLeg) }
        end(
            RPCError(code: failure.code, message: "on the way to \(endedLeg.target): \(failure.message)", cause: failure), .transport,
            endedLeg)
    }
}
