extension Comparison {
    /// Compares two records field by field.
    init(_ left: PersonFeatures, _ right: PersonFeatures) {
        name = left.name.compare(right.name)
        number = Self.number(left, right)
        birth = Self.birth(left, right)
        let (sexA, sexB) = (left.knownSex, right.knownSex)
        sex = sexA == 0 || sexB == 0 ? .missing : sexA == sexB ? .same : .different
        phone = Self.phone(left.phone, right.phone)
        address = Self.address(left.address, right.address)
        guardian = Self.guardian(left, right)
    }

    private static func number(_ left: PersonFeatures, _ right: PersonFeatures) -> NumberLevel {
        let (a, b) = (left.number, right.number)
        if a.kind == .missing || b.kind == .missing || a.kind == .guardian || b.kind == .guardian { return .missing }
        // Whoever has two papers has two numbers: a passport says nothing against a citizen number.
        if (a.kind == .paper) != (b.kind == .paper) { return .missing }
        if a.value == b.value { return a.kind == .doubtful || b.kind == .doubtful ? .sameDoubtful : .same }
        if a.kind == .paper { return .missing }
        if (a.kind == .invalid || b.kind == .invalid) && NumberForm.isNear(a.value, b.value) { return .near }
        return a.kind == .own && b.kind == .own ? .other : .otherUnsure
    }

    private static func birth(_ left: PersonFeatures, _ right: PersonFeatures) -> BirthLevel {
        if left.number.kind == .own, right.number.kind == .own, left.number.value == right.number.value {
            // What the number says of the birth is no second witness: only stated dates are, and those of `own` numbers fit.
            return left.stated == 0 || right.stated == 0 ? .missing : .same
        }
        var best = BirthLevel.compare(left.birth, right.birth)
        if best == .same || best == .missing { return best }
        // A record whose own number says the true date also has the stated one; the other may repeat its mistake.
        if left.stated != 0, left.stated != left.birth { best = better(best, BirthLevel.compare(left.stated, right.birth)) }
        if right.stated != 0, right.stated != right.birth { best = better(best, BirthLevel.compare(left.birth, right.stated)) }
        return best
    }

    private static func better(_ left: BirthLevel, _ right: BirthLevel) -> BirthLevel {
        if left == .missing { return right }
        if right == .missing { return left }
        return left.rawValue < right.rawValue ? left : right
    }

    static func phone(_ left: UInt64, _ right: UInt64) -> PhoneLevel {
        if left == 0 || right == 0 { return .missing }
        if left == right { return .same }
        var (a, b, count) = (left, right, 0)
        while a > 0 || b > 0 {
            if a % 10 != b % 10 { count += 1 }
            if count > 1 { return .different }
            a /= 10
            b /= 10
        }
        return .near
    }

    static func address(_ left: AddressForm, _ right: AddressForm) -> AddressLevel {
        if left.house != 0, left.house == right.house, left.town == right.town || left.town == 0 || right.town == 0 { return .house }
        if left.town == 0 || right.town == 0 { return .missing }
        if left.town != right.town { return .otherTown }
        return left.house == 0 || right.house == 0 ? .town : .otherHouse
    }

    private static func guardian(_ left: PersonFeatures, _ right: PersonFeatures) -> GuardianLevel {
        if left.guardianNumber != 0, left.guardianNumber == right.guardianNumber { return .number }
        if left.guardianName != 0, left.guardianName == right.guardianName { return .name }
        if left.guardianSound != 0, left.guardianSound == right.guardianSound { return .name }
        let bothNumbers = left.guardianNumber != 0 && right.guardianNumber != 0
        let bothNames = left.guardianName != 0 && right.guardianName != 0
        return bothNumbers || bothNames ? .different : .missing
    }
}
