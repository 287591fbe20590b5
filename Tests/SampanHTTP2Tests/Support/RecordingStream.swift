import SampanHTTP2

/// A stream that keeps what came.
final class RecordingStream: HTTP2Stream {
    private(set) var fields: [String: String] = [:]
    /// Whether each head ended the stream.
    private(set) var heads: [Bool] = []
    private(set) var body: [UInt8] = []
    private(set) var endCount = 0
    private(set) var drainCount = 0
    private(set) var closures: [HTTP2ErrorCode] = []
    /// Called when the first head is complete.
    var onHead: ((RecordingStream) -> Void)?

    override func received(headerName: Span<UInt8>, value: Span<UInt8>) -> Bool {
        fields[Self.text(headerName)] = Self.text(value)
        return true
    }

    override func receivedHeaders(endStream: Bool) {
        heads.append(endStream)
        if heads.count == 1 { onHead?(self) }
    }

    override func received(data: RawSpan) {
        unsafe data.withUnsafeBytes { unsafe body.append(contentsOf: $0) }
    }

    override func receivedEnd() { endCount += 1 }
    override func outboundDrained() { drainCount += 1 }
    override func closed(_ code: HTTP2ErrorCode) { closures.append(code) }

    private static func text(_ span: Span<UInt8>) -> String {
        String(decoding: span.indices.map { span[$0] }, as: UTF8.self)
    }
}
