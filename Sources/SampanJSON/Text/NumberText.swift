/// Numbers as JSON writes them, read without rounding.
enum NumberText {
    /// What a number is as a whole one.
    enum Whole: Equatable {
        case whole(isNegative: Bool, magnitude: UInt64)
        /// It has a fraction.
        case fraction
        /// More than 64 bits.
        case tooLarge
    }

    /// Where a number ends that begins at `start` (RFC 8259 §6); nil where none begins.
    static func end(of bytes: [UInt8], from start: Int) -> Int? {
        var position = start
        func isDigit(_ at: Int) -> Bool { at < bytes.count && (48...57).contains(bytes[at]) }
        if position < bytes.count, bytes[position] == UInt8(ascii: "-") { position += 1 }
        guard isDigit(position) else { return nil }
        if bytes[position] == UInt8(ascii: "0") {
            position += 1
            if isDigit(position) { return nil }
        } else {
            while isDigit(position) { position += 1 }
        }
        if position < bytes.count, bytes[position] == UInt8(ascii: ".") {
            position += 1
            guard isDigit(position) else { return nil }
            while isDigit(position) { position += 1 }
        }
        if position < bytes.count, bytes[position] == UInt8(ascii: "e") || bytes[position] == UInt8(ascii: "E") {
            position += 1
            if position < bytes.count, bytes[position] == UInt8(ascii: "+") || bytes[position] == UInt8(ascii: "-") { position += 1 }
            guard isDigit(position) else { return nil }
            while isDigit(position) { position += 1 }
        }
        return position
    }

    /// Whether all of `bytes` is a number.
    static func isNumber(_ bytes: [UInt8]) -> Bool { end(of: bytes, from: 0) == bytes.count && !bytes.isEmpty }

    /// Whether it is a whole number without point and exponent, as keys of maps are written.
    static func isPlain(_ bytes: [UInt8]) -> Bool {
        isNumber(bytes) && bytes.allSatisfy { $0 == UInt8(ascii: "-") || (48...57).contains($0) }
    }

    /// A number as a whole one: `1`, `1.0`, `1e3`, `1500e-2` are. `bytes` is a number.
    static func whole(_ bytes: [UInt8]) -> Whole {
        var (digits, exponent, isNegative, isBehindPoint): ([UInt8], Int, Bool, Bool) = ([], 0, false, false)
        for (place, byte) in bytes.enumerated() {
            switch byte {
            case UInt8(ascii: "-"): isNegative = true
            case UInt8(ascii: "."): isBehindPoint = true
            case 48...57:
                if isBehindPoint { exponent -= 1 }
                if byte != 48 || !digits.isEmpty { digits.append(byte - 48) }
            default:
                // The letter e: what is behind it is the exponent. Past a billion it does not matter how much.
                exponent += tenPower(bytes[(place + 1)...])
                return whole(digits, exponent, isNegative)
            }
        }
        return whole(digits, exponent, isNegative)
    }

    private static func tenPower(_ bytes: ArraySlice<UInt8>) -> Int {
        let magnitude = bytes.reduce(0) { sum, byte in
            (48...57).contains(byte) ? min(sum * 10 + Int(byte - 48), 1_000_000_000) : sum
        }
        return bytes.first == UInt8(ascii: "-") ? -magnitude : magnitude
    }

    private static func whole(_ significant: [UInt8], _ power: Int, _ isNegative: Bool) -> Whole {
        var (digits, exponent) = (significant, power)
        while let last = digits.last, last == 0 {
            digits.removeLast()
            exponent += 1
        }
        guard !digits.isEmpty else { return .whole(isNegative: isNegative, magnitude: 0) }
        guard exponent >= 0 else { return .fraction }
        guard digits.count + exponent <= 20 else { return .tooLarge }
        var magnitude: UInt64 = 0
        for digit in digits + [UInt8](repeating: 0, count: exponent) {
            let (scaled, overflow) = magnitude.multipliedReportingOverflow(by: 10)
            let (sum, overflowed) = scaled.addingReportingOverflow(UInt64(digit))
            guard !overflow, !overflowed else { return .tooLarge }
            magnitude = sum
        }
        return .whole(isNegative: isNegative, magnitude: magnitude)
    }
}
