/// Names of the header fields that gRPC itself reads, as bytes.
enum HeaderName {
    static let method = Array(":method".utf8)
    static let path = Array(":path".utf8)
    static let status = Array(":status".utf8)
    static let contentType = Array("content-type".utf8)
    static let te = Array("te".utf8)
    static let timeout = Array("grpc-timeout".utf8)
    static let encoding = Array("grpc-encoding".utf8)
    static let acceptEncoding = Array("grpc-accept-encoding".utf8)
    static let gzip = Array("gzip".utf8)
    static let grpcStatus = Array("grpc-status".utf8)
    static let grpcMessage = Array("grpc-message".utf8)
    static let statusDetails = Array("grpc-status-details-bin".utf8)
    static let applicationGRPC = Array("application/grpc".utf8)
    static let identity = Array("identity".utf8)
    static let post = Array("POST".utf8)
    static let trailers = Array("trailers".utf8)
    static let binarySuffix = Array("-bin".utf8)
    static let grpcPrefix = Array("grpc-".utf8)
    /// Fields of HTTP itself that are no metadata.
    static let notMetadata = ["user-agent", "host", "content-length", "accept-encoding"].map { Array($0.utf8) }
}

extension Span<UInt8> {
    func equals(_ bytes: [UInt8]) -> Bool {
        count == bytes.count && starts(with: bytes)
    }

    func starts(with bytes: [UInt8]) -> Bool {
        guard count >= bytes.count else { return false }
        for index in bytes.indices where self[index] != bytes[index] { return false }
        return true
    }

    func ends(with bytes: [UInt8]) -> Bool {
        guard count >= bytes.count else { return false }
        let start = count - bytes.count
        for index in bytes.indices where self[start + index] != bytes[index] { return false }
        return true
    }

    /// Whether a list of names parted by commas and blanks holds this one.
    func lists(_ name: [UInt8]) -> Bool {
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

    var bytes: [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(count)
        for index in 0..<count { out.append(self[index]) }
        return out
    }

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
    /// Takes a field off the wire as metadata. False when it breaks the rules, such as base64 that is none.
    mutating func appendField(name: Span<UInt8>, value: Span<UInt8>) -> Bool {
        if name.ends(with: HeaderName.binarySuffix) {
            // Several values may share a field, parted by commas (gRPC PROTOCOL-HTTP2, Custom-Metadata).
            let key = name.text
            var start = 0
            for end in 0...value.count where end == value.count || value[end] == UInt8(ascii: ",") {
                guard let bytes = Base64.decode(value.extracting(start..<end)) else { return false }
                appendReceived(key: key, value: .binary(bytes))
                start = end + 1
            }
            return true
        }
        appendReceived(key: name.text, value: .ascii(value.text))
        return true
    }
}
