@testable import SampanRPC

// The readers of this target take spans; macros of the testing library cannot.

extension Timeout {
    static func parse(_ text: [UInt8]) -> Int64? { parse(text.span) }

    /// As it stands in a head.
    static func text(nanoseconds: Int64) -> String {
        let (amount, unit) = written(nanoseconds: nanoseconds)
        return "\(amount)\(Character(UnicodeScalar(unit)))"
    }
}

extension PercentEncoding {
    static func decode(_ text: String) -> String {
        let bytes = Array(text.utf8)
        return decode(bytes.span)
    }
}

extension Base64 {
    static func decode(_ bytes: [UInt8]) -> [UInt8]? { decode(bytes.span) }
}

extension RouteTable {
    func handler(_ path: String) -> MethodHandler? {
        let bytes = Array(path.utf8)
        return self[bytes.span]
    }
}

extension MessageDeframer {
    mutating func next(_ data: [UInt8], from offset: inout Int) throws(RPCError) -> [UInt8]? {
        let raw: RawSpan = unsafe data.span.bytes
        return try next(raw, from: &offset)
    }
}
