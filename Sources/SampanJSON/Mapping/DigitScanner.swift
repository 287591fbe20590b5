/// Reads the fixed forms of moments and lengths of time.
struct DigitScanner {
    private let text: [UInt8]
    private var position = 0

    init(_ text: [UInt8]) { self.text = text }

    var isAtEnd: Bool { position == text.count }

    /// Passes over this character, if it is the next.
    mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard position < text.count, UInt32(text[position]) == character.value else { return false }
        position += 1
        return true
    }

    /// Exactly so many digits, at most nine.
    mutating func number(_ count: Int) -> Int64? {
        var value: Int64 = 0
        for _ in 0..<count {
            guard let digit else { return nil }
            value = value * 10 + digit
            position += 1
        }
        return value
    }

    /// One to twelve digits.
    mutating func wholeNumber() -> Int64? {
        guard digit != nil else { return nil }
        var (value, count): (Int64, Int) = (0, 0)
        while let digit {
            guard count < 12 else { return nil }
            value = value * 10 + digit
            count += 1
            position += 1
        }
        return value
    }

    /// A point and one to nine digits, as billionths; 0 where no point stands; nil for a point with none or too many behind it.
    mutating func fraction() -> Int64? {
        guard take(".") else { return 0 }
        guard digit != nil else { return nil }
        var (value, unit): (Int64, Int64) = (0, 100_000_000)
        while let digit {
            guard unit > 0 else { return nil }
            value += digit * unit
            unit /= 10
            position += 1
        }
        return value
    }

    private var digit: Int64? {
        guard position < text.count, (48...57).contains(text[position]) else { return nil }
        return Int64(text[position] - 48)
    }
}
