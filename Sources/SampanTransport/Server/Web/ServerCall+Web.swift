internal import SampanHTTP2
internal import SampanRPC

/// Calls that come in by a door to the web: other heads, frames and messages, and from there on the same call.
///
/// ```
/// Connect:   body ──► one message (of JSON: made into wire format) ──► handler ──► one message ──► head and body
/// gRPC-Web:  body ──► (base64) ──► frames ──► messages ──► handler ──► frames ──► one more with the trailers
/// ```
extension ServerCall {
    /// What is no gRPC, and may be for a door.
    func enter(_ doors: WebDoors, endStream: Bool) {
        let origin = unsafe head.origin
        if let origin, !doors.origins.contains(origin) {
            // Before anything is done: a browser keeps the answer from the page, but the call would have been made.
            return refuse(403, "pages of this origin may not call here; the node's configuration lists those that may")
        }
        switch unsafe head.webVerdict() {
        case .preflight(let origin): refuse(WebFields.preflight(origin: origin))
        case .refuse(let status):
            let text =
                status == 405
                ? "calls are made with POST" : "use application/grpc, application/json, application/proto or application/grpc-web"
            refuse(status, text)
        case .fail(let error, let content):
            web = WebCall(doors, content, origin: origin)
            end(error)
        case .call(let handler, let content):
            web = WebCall(doors, content, origin: origin)
            if content.isJSON { unsafe deframer.maximumPayload = min(deframer.maximumPayload, doors.maximumJSONBytes) }
            count(in: connection.series(of: handler))
            begin(handler, connection.peer, endStream: endStream)
            guard content.isJSON, !hasEnded else { return }
            // A limit of the method may have taken the place of that of JSON.
            unsafe deframer.maximumPayload = min(deframer.maximumPayload, doors.maximumJSONBytes)
        }
    }

    /// Answers with a line of text: whoever gets it speaks none of our protocols.
    private func refuse(_ status: Int, _ text: String) {
        let body = Array((text + "\n").utf8)
        let session = connection.session
        session.submitResponse(WebFields.head(status: status, type: "text/plain", length: body.count, origin: nil), stream: self)
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
                guard web.body.count + data.byteCount <= limit else {
                    throw RPCError(code: .resourceExhausted, message: "the request is larger than \(limit) bytes")
                }
                web.body += data.copied
            case .grpcWeb: try takeFrames(data, web)
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
        var offset = 0
        while let message = unsafe try deframer.next(data, from: &offset) {
            connection.session.noteWork()
            try take(try request(message, web), isCompressed: false)
        }
    }

    private func request(_ message: [UInt8], _ web: WebCall) throws(RPCError) -> [UInt8] {
        guard web.content.isJSON, let handler else { return message }
        return try web.doors.codec.request(message, of: handler.method)
    }

    /// The request is whole; false where it is none.
    func takeEnd(_ web: WebCall) -> Bool {
        do throws(RPCError) {
            if web.content.framing == .connect, case .receiving = state {
                let body = web.body
                web.body = []
                try take(try request(body, web), isCompressed: false)
            }
            guard web.quantum.isEmpty else { throw RPCError(code: .invalidArgument, message: "the body ends inside of its base64") }
            return true
        } catch {
            end(error)
            return false
        }
    }

    // MARK: Answers

    func write(_ message: FramedMessage, _ web: WebCall) {
        do throws(RPCError) {
            let isConnect = web.content.framing == .connect
            guard web.content.isJSON || isConnect else { return send(message.bytes, web) }
            var payload = Array(message.bytes.dropFirst(FramedMessage.prefixLength))
            if web.content.isJSON, let handler { payload = try web.doors.codec.answer(payload, of: handler.method) }
            if isConnect { web.answer = payload } else { send(try FramedMessage(payload: payload).bytes, web) }
        } catch {
            end(error)
        }
    }

    private func send(_ frame: [UInt8], _ web: WebCall) {
        sendHead(web)
        connection.session.send(web.encoded(frame), on: self)
        connection.markDirty()
    }

    private func sendHead(_ web: WebCall) {
        guard !hasSentHead else { return }
        hasSentHead = true
        var block = WebFields.head(status: 200, type: web.content.name, length: nil, origin: web.origin)
        block.append(fitting: context?.takeInitialMetadata() ?? Metadata())
        connection.session.submitResponse(block, stream: self)
    }

    /// Ends the answer, nil for OK.
    func finish(_ web: WebCall, _ error: RPCError?, _ trailing: Metadata) {
        let session = connection.session
        guard web.content.framing == .connect else {
            sendHead(web)
            session.send(web.encoded(WebFields.trailerFrame(error, trailing)), on: self)
            return session.finish(self)
        }
        let body = error.map(web.doors.codec.failure) ?? web.answer
        var block = WebFields.head(
            status: error?.code.connectHTTPStatus ?? 200, type: error == nil ? web.content.name : "application/json", length: body.count,
            origin: web.origin)
        hasSentHead = true
        block.append(fitting: context?.takeInitialMetadata() ?? Metadata())
        WebFields.appendTrailing(error?.metadata ?? Metadata(), to: &block)
        WebFields.appendTrailing(trailing, to: &block)
        session.submitResponse(block, stream: self)
        if !body.isEmpty { session.send(body, on: self) }
        session.finish(self)
    }
}
