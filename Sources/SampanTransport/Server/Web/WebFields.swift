internal import SampanHTTP2
internal import SampanRPC

/// Heads of answers by a door, and what Connect and gRPC-Web put into the body instead of trailers.
enum WebFields {
    /// Beside the status of the call, what scripts of a page may read.
    private static let exposed = """
        grpc-status, grpc-message, grpc-status-details-bin, sampan-call-id, trailer-sampan-call-id, grpc-encoding, content-encoding, \
        connect-content-encoding
        """
    private static let allowed = """
        content-type, x-grpc-web, x-user-agent, grpc-timeout, grpc-accept-encoding, connect-protocol-version, connect-timeout-ms, \
        connect-accept-encoding, connect-content-encoding, content-encoding, sampan-to, sampan-priority, traceparent, tracestate
        """

    static func head(status: Int, type: String, length: Int?, origin: String?) -> HeaderBlock {
        var block = HeaderBlock()
        block.append(":status", String(status))
        block.append("content-type", type)
        if let length { block.append("content-length", String(length)) }
        // Answers hold what is for their caller alone, and are of the type that they say. Of a GET this has to be said: caches may keep
        // its answer, and they do not know that the caller is told by his certificate and not by a field of the head (RFC 9111 §3.5 is
        // about `authorization` only), so they would hand it to the next one.
        block.append("cache-control", "no-store")
        block.append("x-content-type-options", "nosniff")
        if let origin {
            appendAccess(origin, to: &block)
            block.append("access-control-expose-headers", exposed)
        }
        return block
    }

    /// The answer to what no door knows.
    static func head(_ refusal: WebRefusal, length: Int) -> HeaderBlock {
        var block = head(status: refusal.status, type: "text/plain", length: length, origin: nil)
        switch refusal.hint {
        case .allow(let verbs): block.append("allow", verbs)
        case .acceptPost(let types): block.append("accept-post", types)
        case nil: break
        }
        return block
    }

    /// The answer to a browser that asks for a page of `origin`, which may call.
    static func preflight(origin: String) -> HeaderBlock {
        var block = HeaderBlock()
        block.append(":status", "204")
        appendAccess(origin, to: &block)
        block.append("access-control-allow-methods", "GET, POST")
        block.append("access-control-allow-headers", allowed)
        block.append("access-control-max-age", "600")
        return block
    }

    /// A page that is listed may call in the name of whoever sits before it: to a browser its certificate is a credential as a cookie is
    /// (Fetch §3.3.4), and without a word of it a page would not get to see the answer.
    private static func appendAccess(_ origin: String, to block: inout HeaderBlock) {
        block.append("access-control-allow-origin", origin)
        block.append("access-control-allow-credentials", "true")
        block.append("vary", "origin")
    }

    /// Connect sends trailing metadata in the head of a unary answer.
    static func appendTrailing(_ metadata: Metadata, to block: inout HeaderBlock) {
        for entry in metadata {
            let (name, value) = ("trailer-\(entry.key)", entry.value.wireText)
            if block.hasRoom(for: name, value) { block.append(name, value) }
        }
    }

    /// The last message of a stream of Connect: flag 0x02 (connectrpc.com, Protocol Reference, Streaming-Response).
    static func endOfStream(_ json: [UInt8]) -> [UInt8] { frame(flag: 0x02, json) }

    /// The last frame of gRPC-Web: flag 0x80, then lines of a head in HTTP/1 (gRPC PROTOCOL-WEB, Message framing).
    static func trailerFrame(_ error: RPCError?, _ metadata: Metadata) -> [UInt8] {
        var text = "grpc-status:\(error?.code.rawValue ?? 0)\r\n"
        if let error {
            if !error.message.isEmpty { text += "grpc-message:\(PercentEncoding.encode(error.message))\r\n" }
            if !error.statusDetails.isEmpty { text += "grpc-status-details-bin:\(Base64.encode(error.statusDetails))\r\n" }
            for entry in error.metadata { text += "\(entry.key):\(entry.value.wireText)\r\n" }
        }
        for entry in metadata { text += "\(entry.key):\(entry.value.wireText)\r\n" }
        return frame(flag: 0x80, Array(text.utf8))
    }

    private static func frame(flag: UInt8, _ payload: [UInt8]) -> [UInt8] {
        // Metadata and a status are bounded by far less than the 4 GiB of the prefix.
        let count = UInt32(truncatingIfNeeded: payload.count)
        return [flag] + [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: count >> UInt32($0)) } + payload
    }
}
