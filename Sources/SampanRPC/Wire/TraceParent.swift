/// Whose trace a call belongs to, in 16 bytes (W3C Trace Context, trace-id); never zero.
public struct TraceID: Sendable, Hashable {
    package let high: UInt64
    package let low: UInt64

    /// Nil for zero, which is no trace.
    package init?(high: UInt64, low: UInt64) {
        guard high != 0 || low != 0 else { return nil }
        (self.high, self.low) = (high, low)
    }

    /// Nil unless it is 32 lower-case hexadecimal digits, not all zero.
    public init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count == 32, let high = TraceParent.number(bytes[..<16]), let low = TraceParent.number(bytes[16...]) else { return nil }
        self.init(high: high, low: low)
    }
}

extension TraceID: CustomStringConvertible {
    /// 32 lower-case hexadecimal digits.
    public var description: String { high.hexadecimal + low.hexadecimal }
}

/// Where a call stands in a trace: what the field `traceparent` says (W3C Trace Context, Traceparent Header).
public struct TraceParent: Sendable, Hashable {
    /// The field, and the key of its metadata.
    package static let key = "traceparent"

    public let traceID: TraceID
    /// The span that made the call; never zero.
    package let spanID: UInt64
    /// Whether the caller records it.
    public let isSampled: Bool

    /// Nil for a zero span.
    package init?(traceID: TraceID, spanID: UInt64, isSampled: Bool) {
        guard spanID != 0 else { return nil }
        (self.traceID, self.spanID, self.isSampled) = (traceID, spanID, isSampled)
    }

    /// Reads `version-traceid-parentid-flags` in lower-case hexadecimal digits. Nil for anything else, for zero identifiers, and for
    /// version `ff`. Of a version to come the four first fields count, and more may follow after a dash, as the standard asks.
    public init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count >= Self.length, bytes.count <= Self.longest else { return nil }
        for dash in [2, 35, 52] where bytes[dash] != UInt8(ascii: "-") { return nil }
        guard let version = Self.number(bytes[0..<2]), version != 0xFF, let high = Self.number(bytes[3..<19]),
            let low = Self.number(bytes[19..<35]), let span = Self.number(bytes[36..<52]), let flags = Self.number(bytes[53..<55]),
            let trace = TraceID(high: high, low: low)
        else { return nil }
        if bytes.count > Self.length {
            guard version > 0, bytes[Self.length] == UInt8(ascii: "-") else { return nil }
        }
        self.init(traceID: trace, spanID: span, isSampled: flags & 1 == 1)
    }

    /// Of version 00.
    private static let length = 55
    /// What is read of a version to come, in bytes; far above what any would say.
    private static let longest = 512

    /// Lower-case digits only; at most 16.
    fileprivate static func number(_ digits: ArraySlice<UInt8>) -> UInt64? {
        var value: UInt64 = 0
        for digit in digits {
            switch digit {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): value = value << 4 | UInt64(digit - UInt8(ascii: "0"))
            case UInt8(ascii: "a")...UInt8(ascii: "f"): value = value << 4 | UInt64(digit - UInt8(ascii: "a") + 10)
            default: return nil
            }
        }
        return value
    }
}

extension TraceParent: CustomStringConvertible {
    /// As it stands in the field, in version 00.
    public var description: String { "00-\(traceID)-\(spanID.hexadecimal)-\(isSampled ? "01" : "00")" }
}

extension UInt64 {
    /// 16 lower-case digits.
    fileprivate var hexadecimal: String {
        let digits = String(self, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
