internal import SampanHTTP2
internal import SampanRPC

/// Calls that come in by a door to the web: other heads, frames and messages, and from there on the same call.
///
/// ```
/// Connect, unary:    body, or query of a GET ──► one message ──► handler ──► one message ──► head and body
/// Connect, streams:  body ──► frames ──► messages ──► handler ──► frames ──► one more that says how the call ended
/// gRPC-Web:          body ──► (base64) ──► frames ──► messages ──► handler ──► frames ──► one more with the trailers
/// JSON is made into wire format between the frames and the handler. In the handler's place another node may be: `ServerCall+WebRelay`.
/// ```
extension ServerCall {
    /// What is no gRPC, and may be for a door.
    func enter(_ doors: WebDoors, endStream: Bool) {
        let origin = unsafe head.origin
        // Before anything is done: a browser keeps the answer from the page, but the call would have been made.
        guard unsafe origin.map(doors.origins.contains) ?? !head.isOfAnotherSite else {
            return refuse(WebRefusal(403, "pages of this origin may not call here; the node's configuration lists those that may"))
        }
        let connection = connection
        let verdict = unsafe head.webVerdict(
            isRouted: server.isRouted, route: { connection.handler(of: $0) }, contract: { doors.codec.method($0) })
        switch verdict {
        case .preflight(let origin): refuse(WebFields.preflight(origin: origin))
        case .refuse(let refusal): refuse(refusal)
        case .fail(let error, let content):
            web = WebCall(doors, WebRequest(content), origin: origin, maximumAnswer: 0)
            end(error)
        case .call(let handler, let request):
            open(doors, request, origin)
            unsafe count(in: connection.series(of: handler))
            begin(handler, connection.peer, endStream: endStream)
            limitJSON()
        case .route(let path, let request):
            open(doors, request, origin)
            route(path, endStream: endStream)
            limitJSON()
        }
    }

    private func open(_ doors: WebDoors, _ request: WebRequest, _ origin: String?) {
        web = WebCall(doors, request, origin: origin, maximumAnswer: server.configuration.maximumMessageBytes)
        if request.encoding == .gzip { unsafe deframer.takesCompressed = true }
        limitJSON()
    }

    /// A limit of the method may have taken the place of that of JSON.
    private func limitJSON() {
        guard let web, web.content.isJSON, !hasEnded else { return }
        unsafe deframer.maximumPayload = min(deframer.maximumPayload, web.doors.maximumJSONBytes)
    }

    /// Answers with a line of text: whoever gets it speaks none of our protocols.
    private func refuse(_ refusal: WebRefusal) {
        let body = Array((refusal.text + "\n").utf8)
        if unsafe head.wantsNoBody { return refuse(WebFields.head(refusal, length: body.count)) }
        session.noteWork(frames: Self.workOfFailure)
        session.submitResponse(WebFields.head(refusal, length: body.count), stream: self)
        session.send(body, on: self)
        session.finish(self)
        state = .ended
        connection.markDirty()
    }

    // MARK: Requests

    func receive(_ data: RawSpan, _ web: WebCall) {
        do throws(RPCError) {
            switch web.content.framing {
            case .connect:
                let limit = unsafe deframer.maximumPayload
                guard web.request.message == nil else { throw RPCError(code: .invalidArgument, message: "a GET came with a body") }
                guard web.body.count + data.byteCount <= limit else {
                    throw RPCError(code: .resourceExhausted, message: "the request is larger than \(limit) bytes")
                }
                web.body += data.copied
            case .grpcWeb, .connectStream: try takeFrames(data, web)
            case .grpcWebText:
                let bytes = try web.decode(data.copied)
                try unsafe takeFrames(bytes.span.bytes, web)
            }
        } catch {
            end(error)
            return
        }
        giveBackWindow()
        if connection.holdsTooMuch { connection.shedRequests() }
    }

    private func takeFrames(_ data: RawSpan, _ web: WebCall) throws(RPCError) {
        if let leg, web.passesMessages { return leg.append(data.copied) }
        var offset = 0
        while let message = unsafe try deframer.next(data, from: &offset) {
            session.noteWork()
            try take(message, isCompressed: unsafe deframer.isCompressed, web)
        }
    }

    /// A message of the request, for the handler or for the next node.
    private func take(_ message: [UInt8], isCompressed: Bool, _ web: WebCall) throws(RPCError) {
        guard web.content.isJSON else {
            guard let leg else {
                guard isCompressed, web.isUnaryConnect else { return try take(message, isCompressed: isCompressed) }
                return try take(try unsafe inflated(message, limit: deframer.maximumPayload), isCompressed: false)
            }
            return leg.append(try FramedMessage(payload: message, isCompressed: isCompressed).bytes)
        }
        guard let method = web.request.method else { return }
        let text = isCompressed ? try inflated(message, limit: web.doors.maximumJSONBytes) : message
        let wire = try web.doors.codec.request(text, of: method)
        guard let leg else { return try take(wire, isCompressed: false) }
        leg.append(try FramedMessage(payload: wire).bytes)
    }

    /// What is no gzip is the caller's fault, and has an HTTP status that says so; gRPC would call it `INTERNAL`.
    private func inflated(_ message: [UInt8], limit: Int) throws(RPCError) -> [UInt8] {
        do throws(RPCError) { return try MessageCompression.inflate(message, limit: limit) } catch {
            guard error.code == .internal else { throw error }
            throw RPCError(code: .invalidArgument, message: error.message, cause: error)
        }
    }

    /// The request is whole; false where it is none.
    func takeEnd(_ web: WebCall) -> Bool {
        do throws(RPCError) {
            if web.isUnaryConnect {
                let body = web.body
                web.body = []
                // Nothing is not compressed, whatever the head says (Connect, Unary-Request).
                try take(body, isCompressed: web.request.encoding == .gzip && !body.isEmpty, web)
            }
            guard web.quantum.isEmpty else { throw RPCError(code: .invalidArgument, message: "the body ends inside of its base64") }
            guard unsafe leg == nil || deframer.isBetweenMessages else {
                throw RPCError(code: .internal, message: "the request ended inside a message")
            }
            return !hasEnded
        } catch {
            end(error)
            return false
        }
    }

    // MARK: Answers

    func write(_ message: FramedMessage, _ web: WebCall) {
        do throws(RPCError) {
            try say(try web.content.isJSON ? json(Array(message.bytes.dropFirst(FramedMessage.prefixLength)), web) : message, web)
        } catch {
            end(error)
        }
    }

    /// A message in wire format as JSON.
    func json(_ message: [UInt8], _ web: WebCall) throws(RPCError) -> FramedMessage {
        guard let method = web.request.method else { throw RPCError(code: .internal, message: "the answer has no JSON") }
        return try FramedMessage(payload: web.doors.codec.answer(message, of: method))
    }

    /// Sends a message of the answer, compressed where the handler wants that and the caller takes it.
    func say(_ message: FramedMessage, _ web: WebCall) throws(RPCError) {
        if web.isUnaryConnect {
            compresses = web.request.acceptsGzip && context?.compressesResponses == true
        } else {
            sendHead(web, compresses: web.request.acceptsGzip && context?.compressesResponses == true)
        }
        let message = compresses ? try MessageCompression.compress(message) : message
        if web.isUnaryConnect { web.answer = message } else { put(web.encoded(message.bytes)) }
    }

    /// Puts bytes of an answer on the wire, behind its head.
    func put(_ bytes: [UInt8]) {
        unsafe series?._withUnsafeGuaranteedRef { unsafe $0.responseBytes &+= UInt64(truncatingIfNeeded: bytes.count) }
        session.send(bytes, on: self)
        connection.markDirty()
    }

    /// - Parameter compresses: whether the head names gzip, for messages that follow.
    func sendHead(_ web: WebCall, compresses: Bool) {
        guard !hasSentHead else { return }
        noteHead()
        self.compresses = compresses
        var block = WebFields.head(status: 200, type: web.content.name, length: nil, origin: web.origin)
        if compresses { block.append(web.content.encodingFields.request, "gzip") }
        block.append(fitting: context?.takeInitialMetadata() ?? Metadata())
        session.submitResponse(block, stream: self)
    }

    /// Ends the answer, nil for OK.
    func finish(_ web: WebCall, _ error: RPCError?, _ trailing: Metadata) {
        if error != nil, !hasSentHead { session.noteWork(frames: Self.workOfFailure) }
        switch web.content.framing {
        case .connect: finishUnary(web, error, trailing)
        case .connectStream:
            sendHead(web, compresses: false)
            put(WebFields.endOfStream(web.doors.codec.end(error, trailing)))
        case .grpcWeb, .grpcWebText:
            sendHead(web, compresses: false)
            put(web.encoded(WebFields.trailerFrame(error, trailing)))
        }
        session.finish(self)
    }

    private func finishUnary(_ web: WebCall, _ error: RPCError?, _ trailing: Metadata) {
        let isCompressed = error == nil && web.answer?.bytes.first == 1
        let body = error.map(web.doors.codec.failure) ?? Array(web.answer?.bytes.dropFirst(FramedMessage.prefixLength) ?? [])
        web.answer = nil
        var block = WebFields.head(
            status: error?.code.connectHTTPStatus ?? 200, type: error == nil ? web.content.name : "application/json", length: body.count,
            origin: web.origin)
        noteHead()
        if isCompressed { block.append(web.content.encodingFields.request, "gzip") }
        block.append(fitting: context?.takeInitialMetadata() ?? Metadata())
        WebFields.appendTrailing(error?.metadata ?? Metadata(), to: &block)
        WebFields.appendTrailing(trailing, to: &block)
        session.submitResponse(block, stream: self)
        if !body.isEmpty { put(body) }
    }
}
