import SampanHTTP2

/// A client and a server joined in memory.
final class SessionPair {
    let client: SessionEnd
    let server: SessionEnd
    /// Largest piece carried at once, in bytes.
    private let step: Int

    init(step: Int = .max, client: HTTP2Settings = HTTP2Settings(), server: HTTP2Settings = HTTP2Settings()) throws {
        self.client = try SessionEnd(.client, client)
        self.server = try SessionEnd(.server, server)
        self.step = step
    }

    /// Carries bytes both ways until both are silent.
    func settle() throws {
        while true {
            let there = try client.output()
            try carry(there, to: server)
            let back = try server.output()
            try carry(back, to: client)
            if there.isEmpty, back.isEmpty { return }
        }
    }

    private func carry(_ bytes: [UInt8], to end: SessionEnd) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            try end.receive(Array(rest.prefix(step)))
            rest = rest.dropFirst(min(step, rest.count))
        }
    }

    /// Opens a stream, with more fields if asked for.
    func request(_ more: [(String, String)] = []) throws -> RecordingStream {
        let stream = RecordingStream()
        try client.session.submitRequest(Self.head(more), stream: stream)
        return stream
    }

    static func head(_ more: [(String, String)] = []) -> HeaderBlock {
        var head = HeaderBlock()
        for (name, value) in [(":method", "POST"), (":scheme", "http"), (":path", "/a.S/M"), (":authority", "h")] + more {
            head.append(name, value)
        }
        return head
    }

    static let ok = block([(":status", "200")])
    static let trailers = block([("grpc-status", "0")])

    static func block(_ fields: [(String, String)]) -> HeaderBlock {
        var block = HeaderBlock()
        for (name, value) in fields { block.append(name, value) }
        return block
    }
}
