/// How two names stand to each other. The raw value is the level's place in the weights.
package enum NameLevel: UInt8, Sendable, CaseIterable {
    /// One has none.
    case missing
    /// The same characters, or variants of them.
    case same
    /// The same but for a character that one could not type, or wrote in Latin letters.
    case gap
    /// Other characters of the same sounds.
    case homophone
    /// The characters of the given name in another order.
    case swapped
    /// Three characters and more, one of them another, of another sound; or one left out.
    case oneOther
    /// The surname only.
    case surname
    case different
    /// Newborns under the same mother's name.
    case sameMother
    /// A newborn under its mother's name, and a person with one of their own.
    case newbornNamed
}

extension NameForm {
    /// Compares own names; a newborn's only with another newborn's.
    func compare(_ other: NameForm) -> NameLevel {
        if role == .newborn || other.role == .newborn {
            guard role == other.role else { return role == .own || other.role == .own ? .newbornNamed : .missing }
            return units == other.units || sounds == other.sounds ? .sameMother : .different
        }
        guard role == .own, other.role == .own else { return .missing }
        if units == other.units { return .same }
        guard count == other.count else { return compareUnequal(other) }
        var otherUnits = 0
        var otherSounds = 0
        var gaps = 0
        for index in 0..<count where units[index] != other.units[index] {
            otherUnits += 1
            if units[index] == Self.wildcard || other.units[index] == Self.wildcard {
                gaps += 1
            } else if Self.soundsAlike(units[index], other.units[index]) {
                if units[index] >= Self.latin || other.units[index] >= Self.latin { gaps += 1 }
            } else {
                otherSounds += 1
            }
        }
        if otherSounds == 0 { return gaps > 0 && count > 1 ? (gaps == otherUnits ? .gap : .homophone) : .homophone }
        if count >= 3, isPermuted(other) { return .swapped }
        if count >= 3, otherUnits == 1 || (otherSounds == 1 && otherUnits == 2) { return .oneOther }
        return sharesSurname(other) ? .surname : .different
    }

    private func sharesSurname(_ other: NameForm) -> Bool { units[0] == other.units[0] || Self.soundsAlike(units[0], other.units[0]) }

    /// One character left out of a name of three and more.
    private func compareUnequal(_ other: NameForm) -> NameLevel {
        let (long, short) = count > other.count ? (self, other) : (other, self)
        if long.count == short.count + 1, long.count >= 3 {
            var skipped = 0
            for index in 0..<short.count {
                if long.units[index + skipped] == short.units[index] { continue }
                skipped += 1
                if skipped > 1 || long.units[index + skipped] != short.units[index] { skipped = 2; break }
            }
            if skipped < 2 { return .oneOther }
        }
        return sharesSurname(other) ? .surname : .different
    }

    private func isPermuted(_ other: NameForm) -> Bool {
        guard units[0] == other.units[0] else { return false }
        var left = (1..<count).map { units[$0] }
        var right = (1..<count).map { other.units[$0] }
        left.sort()
        right.sort()
        return left == right
    }

    /// Whether two units have a reading in common.
    static func soundsAlike(_ left: UInt16, _ right: UInt16) -> Bool {
        let table = HanTable.shared
        func readings(_ unit: UInt16) -> SIMD4<UInt16> {
            unit > latin && unit < wildcard ? SIMD4(unit - latin, 0, 0, 0) : table.readings(unit)
        }
        let a = readings(left)
        let b = readings(right)
        for index in 0..<3 where a[index] != 0 {
            for second in 0..<3 where a[index] == b[second] { return true }
        }
        return false
    }
}
