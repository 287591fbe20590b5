internal import SampanHTTP2
internal import SampanRPC

/// Heads and trailers of answers (gRPC PROTOCOL-HTTP2, Responses).
enum ResponseFields {
    static let head = HeaderBlock.Prepared(head(Metadata()))
    /// For clients that speak of encodings, so that they may compress later calls.
    static let headNamingEncodings = HeaderBlock.Prepared(head(Metadata(), namesEncodings: true))

    static let okTrailers: HeaderBlock.Prepared = {
        var block = HeaderBlock()
        block.append("grpc-status", "0")
        return HeaderBlock.Prepared(block)
    }()

    static func head(_ metadata: Metadata, namesEncodings: Bool = false, compresses: Bool = false) -> HeaderBlock {
        var block = HeaderBlock()
        block.append(":status", "200")
        block.append("content-type", "application/grpc")
        if namesEncodings { block.append("grpc-accept-encoding", MessageEncoding.accepted) }
        if compresses { block.append("grpc-encoding", "gzip") }
        block.append(fitting: metadata)
        return block
    }

    static func trailers(_ error: RPCError?, _ metadata: Metadata) -> HeaderBlock {
        var block = HeaderBlock()
        appendStatus(&block, error, metadata)
        return block
    }

    static func trailersOnly(_ error: RPCError?, _ metadata: Metadata) -> HeaderBlock {
        var block = head(Metadata())
        appendStatus(&block, error, metadata)
        return block
    }

    /// For peers that do not speak gRPC.
    static func bare(httpStatus: Int) -> HeaderBlock {
        var block = HeaderBlock()
        block.append(":status", String(httpStatus))
        block.append("content-length", "0")
        return block
    }

    /// The status comes first: what is too much of the rest is left out, since a client drops an answer whose header list it finds too
    /// long, and with it the status.
    private static func appendStatus(_ block: inout HeaderBlock, _ error: RPCError?, _ metadata: Metadata) {
        block.append("grpc-status", String(error?.code.rawValue ?? 0))
        if let error {
            if !error.message.isEmpty { block.append("grpc-message", encoded(message: error.message)) }
            let details = Base64.encode(error.statusDetails)
            if !details.isEmpty, block.hasRoom(for: "grpc-status-details-bin", details) {
                block.append("grpc-status-details-bin", details)
            }
            block.append(fitting: error.metadata)
        }
        block.append(fitting: metadata)
    }

    /// A status message is one line for a person. Bytes of its form on the wire, where a Chinese character takes nine.
    private static let longestMessage = 2_048

    private static func encoded(message: String) -> String {
        let whole = PercentEncoding.encode(message)
        guard whole.utf8.count > longestMessage else { return whole }
        var count = 0
        let start = message.prefix { character in
            count += PercentEncoding.encode(String(character)).utf8.count
            return count <= longestMessage
        }
        return PercentEncoding.encode(String(start))
    }
}

extension HeaderBlock {
    /// Longest header list that is sent. 8 KiB is what gRPC clients take for granted.
    private static let longestList = 8_192

    func hasRoom(for name: String, _ value: String) -> Bool {
        listSize + name.utf8.count + value.utf8.count + 32 <= Self.longestList
    }

    /// Appends every entry that there is room for.
    mutating func append(fitting metadata: Metadata) {
        for entry in metadata {
            let value = entry.value.wireText
            if hasRoom(for: entry.key, value) { append(entry.key, value) }
        }
    }

    mutating func append(_ metadata: Metadata) {
        for entry in metadata { append(entry.key, entry.value.wireText) }
    }
}

extension Metadata.Value {
    var wireText: String {
        switch self {
        case .ascii(let text): text
        case .binary(let bytes): Base64.encode(bytes)
        }
    }
}
