internal import SampanDomain
internal import SampanJSON

/// An object of a channel's JSON, read by name. Errors name the member, never what stands in it.
struct ChannelJSON {
    /// Far above what the documents have, far below what could hurt.
    static let limits = JSONLimits(
        maximumTextBytes: ChannelMessage.bodyLimit, maximumDepth: 16, maximumValues: 4_096, maximumOutputBytes: ChannelMessage.bodyLimit)

    /// Longest text of a member that is a name or number, in bytes.
    static let textLimit = 256

    private let members: [JSONValue.Member]

    init(_ text: [UInt8]) throws(ChannelFault) {
        guard let value = try? JSONValue(text: text, limits: Self.limits) else { throw .malformed("JSON") }
        try self.init(value, name: "body")
    }

    init(_ value: JSONValue?, name: String) throws(ChannelFault) {
        guard case .object(let members)? = value else { throw .malformed(name) }
        self.members = members
    }

    /// Nil for a member that is not there, or null.
    subscript(name: String) -> JSONValue? {
        let key = Array(name.utf8)
        guard let value = members.first(where: { $0.name == key })?.value else { return nil }
        if case .null = value { return nil }
        return value
    }

    func object(_ name: String) throws(ChannelFault) -> ChannelJSON { try ChannelJSON(self[name], name: name) }

    /// A text of 1 to `limit` bytes.
    func text(_ name: String, limit: Int = textLimit) throws(ChannelFault) -> String {
        guard let text = try optionalText(name, limit: limit) else { throw .malformed(name) }
        return text
    }

    /// Nil where the member is missing or empty.
    func optionalText(_ name: String, limit: Int = textLimit) throws(ChannelFault) -> String? {
        guard let value = self[name] else { return nil }
        guard case .string(let bytes) = value, bytes.count <= limit else { throw .malformed(name) }
        return bytes.isEmpty ? nil : String(decoding: bytes, as: UTF8.self)
    }

    /// Yuan, as a text or as a number: both are documented. The digits are taken as they stand.
    func yuan(_ name: String) throws(ChannelFault) -> Money {
        switch self[name] {
        case .string(let bytes)?, .number(let bytes)?: return try ChannelAmount.yuan(String(decoding: bytes, as: UTF8.self))
        default: throw .wrongAmount
        }
    }

    func outTradeNo(_ name: String = "out_trade_no") throws(ChannelFault) -> OutTradeNo {
        guard let number = try? OutTradeNo(text(name)) else { throw .malformed(name) }
        return number
    }

    func refundNo(_ name: String) throws(ChannelFault) -> RefundNo {
        guard let number = try? RefundNo(text(name)) else { throw .malformed(name) }
        return number
    }

    /// RFC 3339 (`2026-11-18T10:34:56+08:00`).
    func time(_ name: String) throws(ChannelFault) -> UnixTime {
        guard let moment = TimestampText.parse(Array(try text(name).utf8)),
            let time = try? UnixTime(seconds: moment.seconds, nanoseconds: moment.nanos)
        else { throw .malformed(name) }
        return time
    }

    /// `2026-11-18 10:34:56`, China time.
    func chinaTime(_ name: String) throws(ChannelFault) -> UnixTime {
        guard let time = try? UnixTime(chinaText: text(name)) else { throw .malformed(name) }
        return time
    }
}
