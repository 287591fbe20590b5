internal import SampanHTTP2
internal import SampanRPC

/// Heads of answers by a door, and the trailers that gRPC-Web puts into the body.
enum WebFields {
    /// Beside the status of the call, what scripts of a page may read.
    private static let exposed = "grpc-status, grpc-message, grpc-status-details-bin"
    private static let allowed = """
        content-type, x-grpc-web, x-user-agent, grpc-timeout, connect-protocol-version, connect-timeout-ms
        """

    static func head(status: Int, type: String, length: Int?, origin: String?) -> HeaderBlock {
        var block = HeaderBlock()
        block.append(":status", String(status))
        block.append("content-type", type)
        if let length { block.append("content-length", String(length)) }
        // Answers hold what is for their caller alone, and are of the type that they say.
        block.append("cache-control", "no-store")
        block.append("x-content-type-options", "nosniff")
        if let origin {
            block.append("access-control-allow-origin", origin)
            block.append("access-control-expose-headers", exposed)
            block.append("vary", "origin")
        }
        return block
    }

    /// The answer to a browser that asks for a page of `origin`, which may call.
    static func preflight(origin: String) -> HeaderBlock {
        var block = HeaderBlock()
        block.append(":status", "204")
        block.append("access-control-allow-origin", origin)
        block.append("access-control-allow-methods", "POST")
        block.append("access-control-allow-headers", allowed)
        block.append("access-control-max-age", "600")
        block.append("vary", "origin")
        return block
    }

    /// Connect sends trailing metadata in the head of a unary answer.
    static func appendTrailing(_ metadata: Metadata, to block: inout HeaderBlock) {
        for entry in metadata {
            let (name, value) = ("trailer-\(entry.key)", entry.value.wireText)
            if block.hasRoom(for: name, value) { block.append(name, value) }
        }
    }

    /// The last frame of gRPC-Web: flag 0x80, then lines of a head in HTTP/1 (gRPC PROTOCOL-WEB, Message framing).
    static func trailerFrame(_ error: RPCError?, _ metadata: Metadata) -> [UInt8] {
        var text = "grpc-status:\(error?.code.rawValue ?? 0)\r\n"
        if let error {
            if !error.message.isEmpty { text += "grpc-message:\(PercentEncoding.encode(error.message))\r\n" }
            if !error.statusDetails.isEmpty { text += "grpc-status-details-bin:\(Base64.encode(error.statusDetails))\r\n" }
            for entry in error.metadata { text += "\(entry.key):\(entry.value.wireText)\r\n" }
        }
        for entry in metadata { text += "\(entry.key):\(entry.value.wireText)\r\n" }
        let lines = Array(text.utf8)
        // Metadata is bounded by far less than the 4 GiB of the prefix.
        let count = UInt32(truncatingIfNeeded: lines.count)
        return [
            0x80, UInt8(truncatingIfNeeded: count >> 24), UInt8(truncatingIfNeeded: count >> 16), UInt8(truncatingIfNeeded: count >> 8),
        ]
            + [UInt8(truncatingIfNeeded: count)] + lines
    }
}
