internal import SampanDomain

/// What codes of systems with a rule look like; with their check digits, which a number from elsewhere has by chance only.
enum CodeForm {
    /// One to seven digits, a dash and a check digit (modulus 10, of Luhn).
    static func isLOINC(_ code: String) -> Bool {
        let parts = code.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, (1...7).contains(parts[0].utf8.count), let digits = digits(parts[0]), parts[1].utf8.count == 1,
            let check = Self.digits(parts[1])?.first
        else { return false }
        var sum = 0
        for (place, digit) in digits.reversed().enumerated() {
            let doubled = place.isMultiple(of: 2) ? digit * 2 : digit
            sum += doubled > 9 ? doubled - 9 : doubled
        }
        return (10 - sum % 10) % 10 == check
    }

    /// Concepts of the core (partition 00) with their check digit (Verhoeff): 6 to 10 digits. Longer ones are of extensions, as long as a
    /// citizen's number. One that could be a day of birth as well is taken for that.
    static func isSNOMED(_ code: String) -> Bool {
        guard (6...10).contains(code.utf8.count), let digits = digits(code[...]), digits[0] != 0 else { return false }
        guard digits[digits.count - 3] == 0, digits[digits.count - 2] == 0 else { return false }
        if code.utf8.count == 8, (try? BirthDate(code)) != nil { return false }
        var check = 0
        for (place, digit) in digits.reversed().enumerated() { check = dihedral[check][permutations[place % 8][digit]] }
        return check == 0
    }

    /// `J06.9`, and the clinical version of the nation: `J06.900x003`, with `+` or `*`.
    static func isICD10(_ code: String) -> Bool {
        var rest = code[...]
        if rest.hasSuffix("+") || rest.hasSuffix("*") { rest.removeLast() }
        if rest.contains("x") {
            guard rest.contains("."), isLike(rest.suffix(4), "x###") else { return false }
            rest.removeLast(4)
        }
        let parts = rest.split(separator: ".", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), isLike(parts[0], "A##") || isLike(parts[0], "A#A") && "AB".contains(parts[0].suffix(1)) else {
            return false
        }
        return parts.count == 1 || (1...4).contains(parts[1].utf8.count) && parts[1].utf8.allSatisfy { isDigit($0) || isCapital($0) }
    }

    /// Whether a code looks like one of the patterns: `#` is a digit, `A` a capital, anything else itself.
    static func isLike(_ code: some StringProtocol, _ patterns: String...) -> Bool {
        patterns.contains { pattern in
            code.utf8.count == pattern.utf8.count
                && zip(code.utf8, pattern.utf8).allSatisfy { byte, form in
                    switch form {
                    case UInt8(ascii: "#"): isDigit(byte)
                    case UInt8(ascii: "A"): isCapital(byte)
                    default: byte == form
                    }
                }
        }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
    private static func isCapital(_ byte: UInt8) -> Bool { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) }

    private static func digits(_ text: Substring) -> [Int]? {
        var digits: [Int] = []
        for byte in text.utf8 {
            guard isDigit(byte) else { return nil }
            digits.append(Int(byte - UInt8(ascii: "0")))
        }
        return digits
    }

    /// Multiplication of the dihedral group of ten, and what Verhoeff does with a digit at a place.
    private static let dihedral = [
        [0, 1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 2, 3, 4, 0, 6, 7, 8, 9, 5], [2, 3, 4, 0, 1, 7, 8, 9, 5, 6], [3, 4, 0, 1, 2, 8, 9, 5, 6, 7],
        [4, 0, 1, 2, 3, 9, 5, 6, 7, 8], [5, 9, 8, 7, 6, 0, 4, 3, 2, 1], [6, 5, 9, 8, 7, 1, 0, 4, 3, 2], [7, 6, 5, 9, 8, 2, 1, 0, 4, 3],
        [8, 7, 6, 5, 9, 3, 2, 1, 0, 4], [9, 8, 7, 6, 5, 4, 3, 2, 1, 0],
    ]
    private static let permutations = [
        [0, 1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 5, 7, 6, 2, 8, 3, 0, 9, 4], [5, 8, 0, 3, 7, 9, 6, 1, 4, 2], [8, 9, 1, 6, 0, 4, 3, 5, 2, 7],
        [9, 4, 5, 3, 1, 2, 6, 8, 7, 0], [4, 2, 8, 6, 5, 7, 3, 9, 0, 1], [2, 7, 9, 3, 8, 0, 6, 4, 1, 5], [7, 0, 4, 6, 9, 1, 3, 2, 5, 8],
    ]
}
