internal import SampanHTTP2
internal import SampanRPC

/// The answers of another node to a call that came in by a door. Its requests leave by `ServerCall+Web`.
///
/// Frames of gRPC are frames of Connect's streams and of gRPC-Web: in wire format they go on as they come. JSON is made of each message
/// here, by the contract that this node knows; a unary answer of Connect waits for its status, which its head has to say.
extension ServerCall {
    func relayedHead(_ web: WebCall, compresses: Bool) {
        web.answers.takesCompressed = compresses
        guard !web.isUnaryConnect else { return }
        sendHead(web, compresses: compresses && web.passesMessages)
        connection.markDirty()
    }

    func relayed(_ bytes: [UInt8], _ web: WebCall) {
        guard !web.passesMessages else { return put(web.encoded(bytes)) }
        do throws(RPCError) {
            var offset = 0
            while let message = unsafe try web.answers.next(bytes.span.bytes, from: &offset) {
                session.noteWork()
                try takeAnswer(message, isCompressed: web.answers.isCompressed, web)
            }
            account()
            if connection.holdsTooMuch { connection.shedRequests() }
        } catch {
            end(RPCError(code: error.code, message: "the answer of the other node: \(error.message)"))
        }
    }

    private func takeAnswer(_ message: [UInt8], isCompressed: Bool, _ web: WebCall) throws(RPCError) {
        guard !web.isUnaryConnect || web.answer == nil else {
            throw RPCError(code: .unimplemented, message: "more than one message: the method streams, use application/connect+proto")
        }
        // As it came, where its caller can inflate it.
        if isCompressed, web.mayPassGzip {
            web.answer = try FramedMessage(payload: message, isCompressed: true)
            return
        }
        let plain = isCompressed ? try MessageCompression.inflate(message, limit: server.configuration.maximumMessageBytes) : message
        let framed = try web.content.isJSON ? json(plain, web) : FramedMessage(payload: plain)
        if web.isUnaryConnect { web.answer = framed } else { put(web.encoded(framed.bytes)) }
    }
}
