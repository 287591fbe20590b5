/// A duration as protobuf's JSON mapping writes it: `"1.5s"`, at most nine digits after the point.
struct JSONDuration: Sendable, Hashable {
    let value: Duration

    /// Longest that protobuf allows: 10,000 years.
    private static let maximumSeconds: Int64 = 315_576_000_000

    /// Nil for what is none.
    init?(_ text: String) {
        var digits = text.utf8[...]
        guard digits.popLast() == UInt8(ascii: "s") else { return nil }
        let isNegative = digits.first == UInt8(ascii: "-")
        if isNegative { digits.removeFirst() }
        let parts = digits.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count <= 2, let whole = parts.first, let seconds = Self.number(whole, digits: 1...12), seconds <= Self.maximumSeconds
        else { return nil }
        var nanoseconds: Int64 = 0
        if parts.count == 2 {
            guard let fraction = Self.number(parts[1], digits: 1...9) else { return nil }
            nanoseconds = (parts[1].count..<9).reduce(fraction) { amount, _ in amount * 10 }
        }
        let amount = Duration.seconds(seconds) + .nanoseconds(nanoseconds)
        value = isNegative ? .zero - amount : amount
    }

    private static func number(_ text: Substring.UTF8View.SubSequence, digits: ClosedRange<Int>) -> Int64? {
        guard digits.contains(text.count), text.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else { return nil }
        return text.reduce(0) { $0 * 10 + Int64($1 - UInt8(ascii: "0")) }
    }
}

extension JSONDuration: Decodable {
    init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let duration = Self(text) else {
            throw ServiceConfigError(
                field: decoder.codingPath.map(\.stringValue).joined(separator: "."), reason: "\"\(text)\" is no duration such as \"1.5s\"")
        }
        self = duration
    }
}
