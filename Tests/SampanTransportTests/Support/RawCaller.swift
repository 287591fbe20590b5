import SampanHTTP2
import SampanSiege
import SampanTransport

/// A client that says what no client of ours would: any head, any body. Blocking, for `RawSocket.onThread`.
final class RawCaller {
    private let socket: RawSocket
    private let session: HTTP2Session

    final class Stream: HTTP2Stream {
        private(set) var fields: [String: String] = [:]
        private(set) var body: [UInt8] = []
        private(set) var closure: HTTP2ErrorCode?

        override func received(headerName: Span<UInt8>, value: Span<UInt8>) -> Bool {
            fields[Self.text(headerName)] = Self.text(value)
            return true
        }

        override func received(data: RawSpan) {
            unsafe data.withUnsafeBytes { unsafe body.append(contentsOf: $0) }
        }

        override func closed(_ code: HTTP2ErrorCode) { closure = code }

        private static func text(_ span: Span<UInt8>) -> String { String(decoding: span.indices.map { span[$0] }, as: UTF8.self) }
    }

    init?(to address: SocketAddress) {
        guard let socket = RawSocket(to: address), let session = try? HTTP2Session(role: .client, settings: HTTP2Settings()) else {
            return nil
        }
        self.socket = socket
        self.session = session
    }

    /// Bytes of bodies that have left.
    var sentBytes: Int { session.outboundTaken }

    static let head = RawFrame.requestHead

    /// Sends a request; `ends` says whether it is half-closed.
    func send(_ head: [(String, String)] = RawCaller.head, body: [UInt8], ends: Bool = true) throws -> Stream {
        var block = HeaderBlock()
        for (name, value) in head { block.append(name, value) }
        let stream = Stream()
        try session.submitRequest(block, stream: stream)
        session.send(body, on: stream)
        if ends { session.finish(stream) }
        try flush()
        return stream
    }

    /// Goes on until the stream or the connection has ended; false when neither happened for 20 s.
    func wait(for stream: Stream) throws -> Bool {
        while stream.closure == nil {
            guard let bytes = socket.read() else { return false }
            if bytes.isEmpty {
                session.closeStreams(.connectionLost)
                return true
            }
            try unsafe bytes.withUnsafeBytes { try unsafe session.receive($0) }
            try flush()
        }
        return true
    }

    private func flush() throws {
        var bytes: [UInt8] = []
        while let chunk = try unsafe session.nextOutput() { unsafe bytes.append(contentsOf: chunk) }
        socket.write(bytes)
    }
}
