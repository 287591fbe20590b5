/// What two records of one person have at least one of in common. Only records that share a key are ever compared.
///
/// A key is a hash of what it stands for. On disk it passes through a keyed function first, so that nobody can try names against it.
package enum BlockingKeys {
    /// Kinds of keys, in the order of their evidence.
    enum Kind: UInt64, CaseIterable {
        case number = 1
        case soundAndBirth, soundAndPhone, soundAndHouse, soundAndDay, soundAndTownYear, soundAndGuardian
        case birthAndPhone, birthAndHouse, birthAndGuardianNumber, birthAndGuardianName
        /// The ends of a citizen number: a mistyped character leaves one of them whole.
        case numberHead, numberTail
    }

    /// More keys than any record has.
    package static let countMax = 16

    /// All keys of a record, each with its kind's number in the low four bits.
    package static func keys(_ person: PersonFeatures) -> [UInt64] {
        var keys: [UInt64] = []
        keys.reserveCapacity(countMax)
        visit(person) { keys.append($0) }
        return keys
    }

    /// The key of a paper's number alone.
    static func numberKey(_ number: NumberForm) -> UInt64? {
        guard number.kind != .missing else { return nil }
        return Mixer.hash(Kind.number.rawValue, number.value, 0, 0) & ~15 | Kind.number.rawValue
    }

    static func visit(_ person: PersonFeatures, _ take: (UInt64) -> Void) {
        func add(_ kind: Kind, _ first: UInt64, _ second: UInt64 = 0, _ third: UInt64 = 0) {
            take(Mixer.hash(kind.rawValue, first, second, third) & ~15 | kind.rawValue)
        }
        if person.number.kind != .missing, person.number.kind != .guardian { add(.number, person.number.value) }
        if person.number.kind == .own || person.number.kind == .doubtful || person.number.kind == .invalid {
            let tail = person.number.value % NumberForm.tailBase
            add(.numberTail, tail)
            add(.numberHead, person.number.value / NumberForm.headBase)
        }
        let sound = person.name.role == .own ? person.name.soundHash : 0
        let birth = person.birth == 0 ? 0 : UInt64(truncatingIfNeeded: person.birth)
        let isFirstOfYear = birth % 10_000 == 101
        if sound != 0 {
            if birth != 0 {
                if !isFirstOfYear { add(.soundAndBirth, sound, birth) }
                if !isFirstOfYear { add(.soundAndDay, sound, birth % 10_000) }
                if person.address.town != 0 { add(.soundAndTownYear, sound, birth / 10_000, person.address.town) }
            }
            if person.phone != 0 { add(.soundAndPhone, sound, person.phone) }
            if person.address.house != 0 { add(.soundAndHouse, sound, person.address.house) }
            if person.guardianSound != 0 { add(.soundAndGuardian, sound, person.guardianSound) }
            if person.guardianNumber != 0 { add(.soundAndGuardian, sound, person.guardianNumber) }
        }
        if birth != 0, !isFirstOfYear {
            if person.phone != 0 { add(.birthAndPhone, birth, person.phone) }
            if person.address.house != 0 { add(.birthAndHouse, birth, person.address.house) }
            if person.guardianNumber != 0 { add(.birthAndGuardianNumber, birth, person.guardianNumber) }
            if person.guardianSound != 0 { add(.birthAndGuardianName, birth, person.guardianSound) }
        }
    }

    static func kind(_ key: UInt64) -> Kind? { Kind(rawValue: key & 15) }
}
