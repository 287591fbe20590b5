internal import SampanDomain

/// The number of an identity paper as it is compared: 64 bits. Citizen numbers are packed to the base 11, so that two can be compared
/// character by character; numbers of other papers are hashed, with the top bit set.
struct NumberForm: Sendable, Equatable {
    enum Kind: UInt8, Sendable {
        case missing
        /// A citizen number with a right check character, which fits what else the record says of the birth.
        case own
        /// A right citizen number that does not fit the birth date that is stated: another person's, or a wrong date.
        case doubtful
        /// The guardian's, on a child's record.
        case guardian
        /// Of the form of a citizen number, with a wrong check character or date.
        case invalid
        /// Of another paper.
        case paper
    }

    var kind = Kind.missing
    var value: UInt64 = 0
    /// The birth date in the number as 19870924, 0 without one.
    var birth: Int32 = 0
    /// 1, 2, or 0 without one.
    var sex: UInt8 = 0

    /// The last nine characters of a packed number are the remainder by this: 11^9.
    static let tailBase: UInt64 = 2_357_947_691
    /// All but the last four (order and check) are the quotient by this: 11^4.
    static let headBase: UInt64 = 14_641

    init() {}

    init(_ text: String, type: String) {
        guard !text.isEmpty else { return }
        let plain = CitizenNumber.normalize(text)
        let isCitizen =
            type == "01" || type == "02" || type == "05" || type == "" || (type == "99" && (plain.count == 18 || plain.count == 15))
        guard isCitizen else {
            readPaper(plain, text, type)
            return
        }
        if Self.isDummy(plain) { return }
        if let number = try? CitizenNumber(normalized: plain) {
            // 1 January 1900 is what programs write for "no date".
            guard number.birthDate.number > 19_000_101 else { return }
            kind = .own
            value = Self.pack(Array(number.text.utf8))
            birth = Int32(truncatingIfNeeded: number.birthDate.number)
            sex = number.sex.rawValue
            return
        }
        guard (14...19).contains(plain.count), plain.prefix(14).allSatisfy({ (0x30...0x39).contains($0) }) else { return }
        guard Self.digitsOfBirth(plain) != 19_000_101 else { return }
        kind = .invalid
        value = Self.pack(plain)
        if plain.count == 18, let date = try? BirthDate(number: Self.digitsOfBirth(plain)) {
            birth = Int32(truncatingIfNeeded: date.number)
        }
    }

    private mutating func readPaper(_ plain: [UInt8], _ text: String, _ type: String) {
        guard plain.count >= 4, !Self.isDummy(plain) else { return }
        var mixer = Mixer(3)
        mixer.add(type.utf8)
        if plain.contains(UInt8(ascii: "?")) { mixer.add(text.utf8) } else { mixer.add(plain) }
        kind = .paper
        value = mixer.value | 1 << 63
    }

    private static func digitsOfBirth(_ plain: [UInt8]) -> Int {
        plain.count >= 14 ? plain[6..<14].reduce(0) { $0 * 10 + Int($1 &- 0x30) } : 0
    }

    /// One character over and over, or counting up: what is typed to get past a form.
    static func isDummy(_ plain: [UInt8]) -> Bool {
        guard plain.count >= 6, let first = plain.first else { return false }
        if plain.dropLast().allSatisfy({ $0 == first }) { return true }
        let steps = zip(plain.dropLast(), plain.dropFirst().dropLast()).allSatisfy { $1 == $0 &+ 1 || ($0 == 0x39 && $1 == 0x30) }
        return steps
    }

    private static func pack(_ characters: [UInt8]) -> UInt64 {
        var value: UInt64 = 0
        for character in characters.prefix(18) {
            let digit: UInt64 = (0x30...0x39).contains(character) ? UInt64(character - 0x30) : 10
            value = value &* 11 &+ digit
        }
        return value
    }

    private static func unpack(_ value: UInt64) -> [UInt8] {
        var rest = value
        var digits = [UInt8](repeating: 0, count: 18)
        for index in (0..<18).reversed() {
            digits[index] = UInt8(truncatingIfNeeded: rest % 11)
            rest /= 11
        }
        return digits
    }

    /// Whether the numbers differ by one character or by two neighbours that changed places (or of places: `swapped` anywhere).
    static func isNear(_ left: UInt64, _ right: UInt64) -> Bool {
        guard left >> 63 == 0, right >> 63 == 0 else { return false }
        let a = unpack(left)
        let b = unpack(right)
        var wrong: [Int] = []
        for index in 0..<18 where a[index] != b[index] {
            wrong.append(index)
            if wrong.count > 2 { return false }
        }
        guard wrong.count == 2 else { return true }
        return a[wrong[0]] == b[wrong[1]] && a[wrong[1]] == b[wrong[0]]
    }
}
