/// An amount in fen (1/100 yuan), an exact 64-bit integer. May be negative: a journal has two sides.
package struct Money: Sendable, Hashable, Comparable {
    /// 1/100 yuan.
    package let fen: Int64

    package static let zero = Money(fen: 0)

    package init(fen: Int64) { self.fen = fen }

    package static func < (left: Money, right: Money) -> Bool { left.fen < right.fen }

    /// The sum; throws when it does not fit into 64 bits.
    package func adding(_ other: Money) throws(DomainError) -> Money {
        let (sum, overflow) = fen.addingReportingOverflow(other.fen)
        if overflow { throw Self.overflow }
        return Money(fen: sum)
    }

    /// The difference; throws when it does not fit into 64 bits.
    package func subtracting(_ other: Money) throws(DomainError) -> Money {
        let (difference, overflow) = fen.subtractingReportingOverflow(other.fen)
        if overflow { throw Self.overflow }
        return Money(fen: difference)
    }

    /// The same amount on the other side; throws for the one value that has none.
    package func negated() throws(DomainError) -> Money { try Money.zero.subtracting(self) }

    private static var overflow: DomainError {
        DomainError(field: "amount", message: "the sum is beyond what 64 bits of fen can hold")
    }
}

extension Money {
    /// Reads yuan: `12`, `12.3`, `12.34`, with an optional leading minus. No sign +, blanks, groups or exponent.
    package init(yuan text: some StringProtocol) throws(DomainError) {
        let wrong = DomainError(field: "amount", message: "not an amount in yuan; right would be 12.34 or -12.34, at most two decimals")
        var digits = Substring(text).utf8
        let isNegative = digits.first == UInt8(ascii: "-")
        if isNegative { digits = digits.dropFirst() }
        let parts = digits.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count <= 2, let whole = parts.first, !whole.isEmpty else { throw wrong }
        var cents = parts.count == 2 ? Array(parts[1]) : Array("00".utf8)
        guard cents.count == 1 || cents.count == 2 else { throw wrong }
        if cents.count == 1 { cents.append(UInt8(ascii: "0")) }
        var fen: Int64 = 0
        for byte in Array(whole) + cents {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { throw wrong }
            let (tens, first) = fen.multipliedReportingOverflow(by: 10)
            // Counted downwards, since the smallest number has no positive twin.
            let (sum, second) = tens.subtractingReportingOverflow(Int64(byte - UInt8(ascii: "0")))
            if first || second { throw Self.overflow }
            fen = sum
        }
        self = try isNegative ? Money(fen: fen) : Money(fen: fen).negated()
    }

    /// Yuan with two decimals, as the bills write them: `12.34`, `-0.05`.
    package var yuan: String {
        let magnitude = fen.magnitude
        let cents = magnitude % 100
        return "\(fen < 0 ? "-" : "")\(magnitude / 100).\(cents < 10 ? "0" : "")\(cents)"
    }
}

extension Money: CustomStringConvertible {
    package var description: String { yuan + " CNY" }
}
