/// A citizen identity number (公民身份号码, GB 11643-1999): six digits of region, eight of birth, three of order, and a check character.
///
/// Whether the region is assigned is not checked: regions are renamed and merged, and a number stays what it was.
package struct CitizenNumber: Sendable, Hashable {
    /// 18 characters: digits, and `X` at the most in the last place.
    package let text: String
    package let birthDate: BirthDate
    /// Male where the order is odd, else female (GB 11643-1999, 3.2.3).
    package let sex: Sex

    /// Reads a number as people write it: full-width digits, blanks, hyphens and dots between, a small x, and 15 digits as they were
    /// given until
    /// 1999 (they are of the 20th century; those who were over a hundred then had 18). The check character must be right.
    ///
    /// What is thrown says what is wrong; it never repeats the number, nor the character that would be right.
    package init(_ text: String) throws(DomainError) {
        try self.init(normalized: Self.normalize(text))
    }

    /// The characters of a number without the ways of writing: ASCII, no blanks, a capital X. Not checked; what is no digit stays in.
    package static func normalize(_ text: String) -> [UInt8] {
        var plain: [UInt8] = []
        plain.reserveCapacity(18)
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0x30...0x39, 0x41...0x5A: plain.append(UInt8(truncatingIfNeeded: scalar.value))
            case 0x61...0x7A: plain.append(UInt8(truncatingIfNeeded: scalar.value - 0x20))
            case 0xFF10...0xFF19: plain.append(UInt8(truncatingIfNeeded: scalar.value - 0xFF10 + 0x30))
            case 0xFF21...0xFF3A: plain.append(UInt8(truncatingIfNeeded: scalar.value - 0xFF21 + 0x41))
            case 0xFF41...0xFF5A: plain.append(UInt8(truncatingIfNeeded: scalar.value - 0xFF41 + 0x41))
            case 0x20, 0x09, 0x2D, 0x2E, 0xA0, 0x3000, 0xFF0D, 0x2010...0x2015, 0x200B, 0xFEFF: continue
            default: plain.append(UInt8(ascii: "?"))
            }
        }
        return plain
    }

    /// As `init(_:)`, from `normalize`'s characters.
    package init(normalized plain: [UInt8]) throws(DomainError) {
        var characters = plain
        guard characters.count == 18 || characters.count == 15 else {
            throw Self.wrong("\(characters.count) characters where a citizen number has 18, or 15 of old")
        }
        if characters.count == 15 {
            guard characters.allSatisfy(Self.isDigit) else { throw Self.wrong("15 characters that are not all digits") }
            characters.insert(contentsOf: [UInt8(ascii: "1"), UInt8(ascii: "9")], at: 6)
            characters.append(Self.check(characters[...]))
        }
        guard characters[..<17].allSatisfy(Self.isDigit) else { throw Self.wrong("a character before the last is not a digit") }
        guard characters[17] == Self.check(characters[..<17]) else {
            throw Self.wrong("its check character does not fit: a character is mistyped or swapped")
        }
        guard let digits = BirthDate.number(characters[6..<14]), let birth = try? BirthDate(number: digits) else {
            throw Self.wrong("the birth date in it is not a day of the calendar")
        }
        text = String(decoding: characters, as: UTF8.self)
        birthDate = birth
        sex = (characters[16] - UInt8(ascii: "0")) % 2 == 1 ? .male : .female
    }

    /// The region of the first entry: six digits of GB/T 2260.
    package var region: String { String(text.prefix(6)) }

    /// The check character for 17 digits: ISO 7064 MOD 11-2.
    package static func check(_ digits: ArraySlice<UInt8>) -> UInt8 {
        var remainder = 0
        for digit in digits { remainder = (remainder + Int(digit &- 0x30)) * 2 % 11 }
        let value = (12 - remainder) % 11
        return value == 10 ? UInt8(ascii: "X") : UInt8(truncatingIfNeeded: value) + 0x30
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

    private static func wrong(_ message: String) -> DomainError { DomainError(field: "citizen_number", message: message) }
}

extension CitizenNumber: CustomStringConvertible {
    /// Masked: the number itself is `text`.
    package var description: String { Mask.identityNumber(text) }
}
