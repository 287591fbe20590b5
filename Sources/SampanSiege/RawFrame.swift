/// HTTP/2 frames and HPACK fields written by hand, as no library of ours would write them (RFC 9113 §4.1, RFC 7541 §6).
package enum RawFrame {
    package static let (data, headers, priority, reset, settings, push): (UInt8, UInt8, UInt8, UInt8, UInt8, UInt8) = (0, 1, 2, 3, 4, 5)
    package static let (ping, goAway, windowUpdate, continuation): (UInt8, UInt8, UInt8, UInt8) = (6, 7, 8, 9)
    package static let (endStream, ack, endHeaders, padded, prioritized): (UInt8, UInt8, UInt8, UInt8, UInt8) = (1, 1, 4, 8, 32)

    package static let magic = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)
    /// What a client says first: the preface, empty SETTINGS, and the answer to the server's.
    package static let opening = magic + frame(settings) + frame(settings, ack)

    /// A frame; `length` lies about the payload where it is given.
    package static func frame(
        _ type: UInt8, _ flags: UInt8 = 0, _ stream: UInt32 = 0, _ payload: [UInt8] = [], length: Int? = nil
    ) -> [UInt8] {
        let length = UInt32(length ?? payload.count)
        return Array(word(length).dropFirst()) + [type, flags] + word(stream) + payload
    }

    package static func word(_ value: UInt32) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: value >> (24 - 8 * UInt32($0))) } }

    /// An entry of SETTINGS.
    package static func setting(_ id: UInt16, _ value: UInt32) -> [UInt8] { [UInt8(id >> 8), UInt8(id & 255)] + word(value) }

    /// A literal field, not indexed; or incrementally indexed with `first` 0x40.
    package static func field(_ name: String, _ value: String, first: UInt8 = 0) -> [UInt8] {
        [first] + text(name) + text(value)
    }

    private static func text(_ text: String) -> [UInt8] { integer(text.utf8.count) + Array(text.utf8) }

    /// RFC 7541 §5.1 with a prefix of seven bits.
    private static func integer(_ value: Int) -> [UInt8] {
        guard value >= 127 else { return [UInt8(value)] }
        var bytes: [UInt8] = [127]
        var rest = value - 127
        while rest >= 128 {
            bytes.append(UInt8(rest & 127 | 128))
            rest >>= 7
        }
        return bytes + [UInt8(rest)]
    }

    /// The head of a gRPC request (gRPC PROTOCOL-HTTP2, Requests).
    package static let requestHead = [
        (":method", "POST"), (":scheme", "http"), (":path", "/test.Echo/Unary"), (":authority", "h"), ("te", "trailers"),
        ("content-type", "application/grpc"),
    ]

    /// The header block of a request, without one of its fields or with more.
    package static func block(_ path: String = "/test.Echo/Unary", without: String = "", _ extra: [(String, String)] = []) -> [UInt8] {
        let fields = requestHead.filter { $0.0 != without }.map { ($0.0, $0.0 == ":path" ? path : $0.1) }
        return (fields + extra).flatMap { field($0.0, $0.1) }
    }

    /// The head of a request that goes on with DATA.
    package static func head(_ stream: UInt32, _ path: String = "/test.Echo/Unary", _ flags: UInt8 = endHeaders) -> [UInt8] {
        frame(headers, flags, stream, block(path))
    }

    /// A whole unary call of one byte.
    package static func call(_ stream: UInt32, _ path: String = "/test.Echo/Unary") -> [UInt8] {
        head(stream, path) + frame(data, endStream, stream, [0, 0, 0, 0, 1, 7])
    }
}
