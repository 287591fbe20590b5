internal import SampanHTTP2
internal import SampanRPC

/// Heads and trailers of answers (gRPC PROTOCOL-HTTP2, Responses).
enum ResponseFields {
    static let head = HeaderBlock.Prepared(head(Metadata()))

    static let okTrailers: HeaderBlock.Prepared = {
        var block = HeaderBlock()
        block.append("grpc-status", "0")
        return HeaderBlock.Prepared(block)
    }()

    static func head(_ metadata: Metadata) -> HeaderBlock {
        var block = HeaderBlock()
        block.append(":status", "200")
        block.append("content-type", "application/grpc")
        block.append(metadata)
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

    private static func appendStatus(_ block: inout HeaderBlock, _ error: RPCError?, _ metadata: Metadata) {
        block.append("grpc-status", String(error?.code.rawValue ?? 0))
        if let error {
            if !error.message.isEmpty {
                block.append("grpc-message", PercentEncoding.encode(String(error.message.prefix(longestMessage))))
            }
            if !error.statusDetails.isEmpty { block.append("grpc-status-details-bin", Base64.encode(error.statusDetails)) }
            block.append(error.metadata)
        }
        block.append(metadata)
    }

    /// Characters of a status message that are sent: clients limit headers to 8 KiB, and a message is one line for a person.
    private static let longestMessage = 1_024
}

extension HeaderBlock {
    mutating func append(_ metadata: Metadata) {
        for entry in metadata {
            switch entry.value {
            case .ascii(let text): append(entry.key, text)
            case .binary(let bytes): append(entry.key, Base64.encode(bytes))
            }
        }
    }
}
