/// Numbers from bytes, without floating point.
enum Decimal {
    struct Problem: Error, Hashable {
        let text: String
    }

    /// Digits of a number at the most: 10^15 fen are more than all banks together hold.
    private static let longest = 15

    /// Yuan with an optional sign and decimals, as fen. Decimals beyond the second have to be zeros: the bills write fees with five.
    static func fen(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Result<Int64, Problem> {
        let wrong = Result<Int64, Problem>.failure(Problem(text: "not an amount in yuan; right would be 12.34 or -12.34"))
        var at = range.lowerBound
        let isNegative = at < range.upperBound && bytes[at] == UInt8(ascii: "-")
        if isNegative { at += 1 }
        let whole = at
        var value: Int64 = 0
        while at < range.upperBound, let digit = digit(bytes[at]) {
            guard at - whole < longest - 2 else { return .failure(Problem(text: "an amount of more than \(longest - 2) digits")) }
            value = value * 10 + digit
            at += 1
        }
        guard at > whole else { return wrong }
        value *= 100
        if at < range.upperBound {
            guard bytes[at] == UInt8(ascii: "."), at + 1 < range.upperBound else { return wrong }
            at += 1
            var weight: Int64 = 10
            while at < range.upperBound {
                guard let digit = digit(bytes[at]) else { return wrong }
                if weight == 0, digit != 0 { return .failure(Problem(text: "an amount with a part of a fen")) }
                value += digit * weight
                weight /= 10
                at += 1
            }
        }
        return .success(isNegative ? -value : value)
    }

    /// A whole number from 0 on; nil for anything else.
    static func whole(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Int64? {
        guard !range.isEmpty, range.count <= longest else { return nil }
        var value: Int64 = 0
        for at in range {
            guard let digit = digit(bytes[at]) else { return nil }
            value = value * 10 + digit
        }
        return value
    }

    private static func digit(_ byte: UInt8) -> Int64? {
        byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") ? Int64(byte - UInt8(ascii: "0")) : nil
    }
}
