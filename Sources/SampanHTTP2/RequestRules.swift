internal import Glibc

/// What RFC 9113 §8 asks of the header sections of a request, field by field (server).
///
/// libnghttp2 has such checks too (`nghttp2_option_set_no_http_messaging` turns them off), but makes them anew for every field of every
/// call, a tenth of the cost of one; the state of these can be remembered (`KnownHead`). They are stricter in one thing: a field that may
/// not be there makes the request malformed (§8.1.1), where libnghttp2 leaves the field out and goes on.
@safe struct RequestRules: Equatable {
    private struct Seen: OptionSet {
        let rawValue: UInt8
        static let method = Seen(rawValue: 1)
        static let scheme = Seen(rawValue: 2)
        static let path = Seen(rawValue: 4)
        static let authority = Seen(rawValue: 8)
        static let host = Seen(rawValue: 16)
    }

    /// What the method asks of the other pseudo-headers.
    private enum Method { case ordinary, options, connect }
    private enum Path { case rooted, star, other }

    private let isTrailer: Bool
    private var seen: Seen = []
    private var takesPseudoHeaders: Bool
    private var method = Method.ordinary
    private var isHTTP = true
    private var path = Path.other
    /// Bytes that the body is to have; nil when the head does not say.
    private(set) var contentLength: Int64?

    /// For one section: the head of a request, or its trailers.
    init(isTrailer: Bool = false) {
        self.isTrailer = isTrailer
        takesPseudoHeaders = !isTrailer
    }

    /// Takes the next field; false when it makes the request malformed.
    mutating func take(name: UnsafeRawBufferPointer, value: UnsafeRawBufferPointer) -> Bool {
        guard let first = unsafe name.first else { return false }
        if first == UInt8(ascii: ":") { return unsafe takesPseudoHeaders && takePseudoHeader(name, value) }
        takesPseudoHeaders = false
        guard unsafe FieldBytes.isName(name), unsafe FieldBytes.isValue(value) else { return false }
        switch name.count {
        case 2: return unsafe !name.equals("te") || value.equals("trailers")
        case 4:
            guard unsafe name.equals("host") else { return true }
            return unsafe mark(.host) && FieldBytes.all(value, are: FieldBytes.authority)
        case 7: return unsafe !name.equals("upgrade")
        case 10: return unsafe !name.equals("connection") && !name.equals("keep-alive")
        case 14: return unsafe !name.equals("content-length") || takeLength(value)
        case 16: return unsafe !name.equals("proxy-connection")
        case 17: return unsafe !name.equals("transfer-encoding")
        default: return true
        }
    }

    /// Whether the section is one, now that it has all of its fields.
    func isComplete(endStream: Bool) -> Bool {
        // Nothing may follow trailers.
        if isTrailer { return endStream }
        if case .connect = method { return seen.contains(.authority) && seen.isDisjoint(with: [.scheme, .path]) }
        guard seen.isSuperset(of: [.method, .scheme, .path]), !seen.isDisjoint(with: [.authority, .host]) else { return false }
        return path == .rooted || (path == .star && method == .options) || !isHTTP
    }

    private mutating func takePseudoHeader(_ name: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) -> Bool {
        guard value.count > 0 else { return false }
        switch name.count {
        case 5 where unsafe name.equals(":path"):
            path = unsafe value[0] == UInt8(ascii: "/") ? .rooted : value.equals("*") ? .star : .other
            return unsafe mark(.path) && FieldBytes.all(value, are: FieldBytes.path)
        case 7 where unsafe name.equals(":method"):
            guard mark(.method) else { return false }
            if unsafe value.equals("POST") { return true }
            if unsafe value.equals("OPTIONS") { method = .options }
            if unsafe value.equals("CONNECT") { method = .connect }
            return unsafe FieldBytes.all(value, are: FieldBytes.token)
        case 7 where unsafe name.equals(":scheme"):
            isHTTP = unsafe value.equals("http") || value.equals("https")
            return unsafe mark(.scheme) && (isHTTP || FieldBytes.all(value, are: FieldBytes.scheme))
        case 10 where unsafe name.equals(":authority"):
            return unsafe mark(.authority) && FieldBytes.all(value, are: FieldBytes.authority)
        default: return false
        }
    }

    /// False for what may be there once and was.
    private mutating func mark(_ field: Seen) -> Bool { seen.insert(field).inserted }

    private mutating func takeLength(_ value: UnsafeRawBufferPointer) -> Bool {
        guard !isTrailer, contentLength == nil, value.count > 0 else { return false }
        var length: Int64 = 0
        for unsafe byte in unsafe value {
            guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { return false }
            let (tens, isLarge) = length.multipliedReportingOverflow(by: 10)
            let (sum, isLarger) = tens.addingReportingOverflow(Int64(byte - UInt8(ascii: "0")))
            guard !isLarge, !isLarger else { return false }
            length = sum
        }
        contentLength = length
        return true
    }
}

extension UnsafeRawBufferPointer {
    /// Whether the bytes are this text, all of it.
    @inline(__always)
    fileprivate func equals(_ text: StaticString) -> Bool {
        guard count == text.utf8CodeUnitCount, let start = baseAddress else { return false }
        return unsafe memcmp(start, text.utf8Start, text.utf8CodeUnitCount) == 0
    }
}
