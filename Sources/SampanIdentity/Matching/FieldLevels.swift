/// How two numbers of identity papers stand to each other.
package enum NumberLevel: UInt8, Sendable, CaseIterable {
    /// One has none, or carries its guardian's.
    case missing
    case same
    /// The same, but it does not fit the birth date of one of the records.
    case sameDoubtful
    /// One is mistyped: it differs by a character, or by two that changed places.
    case near
    /// One of them is mistyped or doubtful, and they are not near.
    case otherUnsure
    /// Two right numbers.
    case other
}

package enum SexLevel: UInt8, Sendable, CaseIterable { case missing, same, different }

package enum PhoneLevel: UInt8, Sendable, CaseIterable {
    case missing, same
    /// One figure differs.
    case near
    case different
}

package enum AddressLevel: UInt8, Sendable, CaseIterable {
    case missing
    /// The same house.
    case house
    /// The same town, and one says no more than that.
    case town
    /// Two houses of one town.
    case otherHouse
    case otherTown
}

package enum GuardianLevel: UInt8, Sendable, CaseIterable {
    case missing
    case number
    case name
    case different
}

/// The levels of all fields for one pair of records, or the best of each field for two clusters.
package struct Comparison: Sendable, Hashable {
    package var name = NameLevel.missing
    package var number = NumberLevel.missing
    package var birth = BirthLevel.missing
    package var sex = SexLevel.missing
    package var phone = PhoneLevel.missing
    package var address = AddressLevel.missing
    package var guardian = GuardianLevel.missing

    /// How many comparisons there are.
    static let codes = 10 * 6 * 8 * 3 * 4 * 5 * 4

    /// A number below `codes` for each comparison.
    var code: Int {
        var code = Int(name.rawValue)
        code = code * 6 + Int(number.rawValue)
        code = code * 8 + Int(birth.rawValue)
        code = code * 3 + Int(sex.rawValue)
        code = code * 4 + Int(phone.rawValue)
        code = code * 5 + Int(address.rawValue)
        return code * 4 + Int(guardian.rawValue)
    }

    init() {}

    init?(code: Int) {
        var rest = code
        func take(_ count: Int) -> UInt8 {
            defer { rest /= count }
            return UInt8(truncatingIfNeeded: rest % count)
        }
        let values = [4, 5, 4, 3, 8, 6, 10].map(take)
        guard let guardian = GuardianLevel(rawValue: values[0]), let address = AddressLevel(rawValue: values[1]),
            let phone = PhoneLevel(rawValue: values[2]), let sex = SexLevel(rawValue: values[3]),
            let birth = BirthLevel(rawValue: values[4]),
            let number = NumberLevel(rawValue: values[5]), let name = NameLevel(rawValue: values[6])
        else { return nil }
        (self.name, self.number, self.birth, self.sex) = (name, number, birth, sex)
        (self.phone, self.address, self.guardian) = (phone, address, guardian)
    }
}
