/// Names of the header fields that gRPC itself reads. Computed, so that each comparison is of constants: heads are taken apart for
/// every call, and a stored constant costs a look whether it is there yet.
enum HeaderName {
    static var method: StaticString { ":method" }
    static var path: StaticString { ":path" }
    static var status: StaticString { ":status" }
    static var contentType: StaticString { "content-type" }
    static var te: StaticString { "te" }
    static var timeout: StaticString { "grpc-timeout" }
    static var encoding: StaticString { "grpc-encoding" }
    static var acceptEncoding: StaticString { "grpc-accept-encoding" }
    static var gzip: StaticString { "gzip" }
    static var grpcStatus: StaticString { "grpc-status" }
    static var grpcMessage: StaticString { "grpc-message" }
    static var statusDetails: StaticString { "grpc-status-details-bin" }
    static var retryPushback: StaticString { "grpc-retry-pushback-ms" }
    static var applicationGRPC: StaticString { "application/grpc" }
    static var identity: StaticString { "identity" }
    static var post: StaticString { "POST" }
    static var get: StaticString { "GET" }
    static var head: StaticString { "HEAD" }
    static var options: StaticString { "OPTIONS" }
    static var trailers: StaticString { "trailers" }
    static var target: StaticString { "sampan-to" }
    static var via: StaticString { "sampan-via" }
    static var caller: StaticString { "sampan-caller-bin" }
    static var priority: StaticString { "sampan-priority" }
    static var previousAttempts: StaticString { "grpc-previous-rpc-attempts" }
    private static var grpcPrefix: StaticString { "grpc-" }
    private static var userAgent: StaticString { "user-agent" }
    private static var host: StaticString { "host" }
    private static var contentLength: StaticString { "content-length" }
    static var httpAcceptEncoding: StaticString { "accept-encoding" }

    /// Whether a field of a head is metadata: no pseudo field, none that gRPC keeps for itself, none of HTTP's own.
    static func isMetadata(_ name: Span<UInt8>) -> Bool {
        guard name.count > 0, name[0] != UInt8(ascii: ":") else { return false }
        switch name.count {
        case 4: return !name.equals(host)
        case 10 where name.equals(userAgent), 14 where name.equals(contentLength), 15 where name.equals(httpAcceptEncoding): return false
        default: return !name.starts(with: grpcPrefix)
        }
    }

    /// Whether a name ends in `-bin`.
    static func isBinary(_ name: Span<UInt8>) -> Bool {
        let count = name.count
        return count >= 4 && name[count - 1] == UInt8(ascii: "n") && name[count - 2] == UInt8(ascii: "i")
            && name[count - 3] == UInt8(ascii: "b") && name[count - 4] == UInt8(ascii: "-")
    }
}

extension Span<UInt8> {
    /// Whether a list of names parted by commas and blanks holds this one.
    func lists(_ name: StaticString) -> Bool {
        var start = 0
        for end in 0...count where end == count || self[end] == UInt8(ascii: ",") || self[end] == UInt8(ascii: " ") {
            if extracting(start..<end).equals(name) { return true }
            start = end + 1
        }
        return false
    }

    /// The text, with bytes that are not UTF-8 replaced.
    var text: String {
        String(decoding: bytes, as: UTF8.self)
    }

    var bytes: [UInt8] { copied }

    /// A whole non-negative decimal of at most nine digits.
    var decimal: Int? {
        guard (1...9).contains(count) else { return nil }
        var value = 0
        for index in 0..<count {
            guard (0x30...0x39).contains(self[index]) else { return nil }
            value = value * 10 + Int(self[index] - 0x30)
        }
        return value
    }
}

extension Metadata {
    /// Entries of received metadata, at most. 512: as many as a header list of 16 KiB has room for, each counted with 32 bytes more
    /// (RFC 9113 §6.5.2). Without it one field of commas is thousands of entries, and a few bytes of HPACK name it again for each call.
    package static let receivedEntriesMax = 512

    /// Takes a field off the wire as metadata. False when it breaks the rules, such as base64 that is none, or is one too many.
    mutating func appendField(name: Span<UInt8>, value: Span<UInt8>) -> Bool {
        if HeaderName.isBinary(name) {
            // Several values may share a field, parted by commas (gRPC PROTOCOL-HTTP2, Custom-Metadata).
            let key = name.text
            var start = 0
            for end in 0...value.count where end == value.count || value[end] == UInt8(ascii: ",") {
                guard count < Self.receivedEntriesMax, let bytes = Base64.decode(value.extracting(start..<end)) else { return false }
                appendReceived(key: key, value: .binary(bytes))
                start = end + 1
            }
            return true
        }
        guard count < Self.receivedEntriesMax else { return false }
        appendReceived(key: name.text, value: .ascii(value.text))
        return true
    }
}
