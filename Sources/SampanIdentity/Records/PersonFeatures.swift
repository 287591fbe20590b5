internal import SampanDomain

/// A record as the matching sees it: every field in the form in which it is compared, nothing of fixed cost to compare left to do. No text.
package struct PersonFeatures: Sendable {
    var name = NameForm()
    /// 1, 2, or 0.
    var sex: UInt8 = 0
    /// The birth date as stated, 19870924; 0 for none, and for 1 January 1900.
    var stated: Int32 = 0
    var number = NumberForm()
    /// A citizen number of the guardian, 0 for none.
    var guardianNumber: UInt64 = 0
    /// The guardian's name by its characters, 0 for none.
    var guardianName: UInt64 = 0
    /// The guardian's name by its sounds, 0 for none.
    var guardianSound: UInt64 = 0
    /// 0 for none, and for one such as 13800000000.
    var phone: UInt64 = 0
    var address = AddressForm()

    package init(_ record: Demographics) {
        name = NameForm(record.name)
        sex = record.sex == "1" ? 1 : record.sex == "2" ? 2 : name.newbornSex
        if let date = try? BirthDate(record.birthDate), date.number > 19_000_101 { stated = Int32(truncatingIfNeeded: date.number) }
        phone = Self.phone(record.phone)
        address = AddressForm(record.address)
        let guardian = NameForm(record.guardianName)
        if guardian.role == .own {
            guardianName = guardian.hash
            guardianSound = guardian.orderedSoundHash
        } else if name.role == .newborn, name.count > 0 {
            guardianName = name.hash
            guardianSound = name.orderedSoundHash
        }
        let ofGuardian = NumberForm(record.guardianNumber, type: "01")
        if ofGuardian.kind == .own || ofGuardian.kind == .invalid { guardianNumber = ofGuardian.value }
        number = NumberForm(record.idNumber, type: record.idType)
        judgeNumber()
    }

    /// Whose number it is: a number of a newborn, of the guardian's value, or one that says another birth than the record.
    private mutating func judgeNumber() {
        guard number.kind == .own else { return }
        if number.value == guardianNumber || name.role == .newborn {
            becomeGuardians()
        } else if stated != 0, !BirthLevel.isExplained(stated: stated, number: number.birth) {
            if stated / 10_000 - number.birth / 10_000 >= Self.guardianYears {
                becomeGuardians()
            } else {
                number.kind = .doubtful
            }
        }
    }

    /// A child is at least so many years younger than the guardian whose number it carries.
    private static let guardianYears: Int32 = 14

    private mutating func becomeGuardians() {
        number.kind = .guardian
        if guardianNumber == 0 { guardianNumber = number.value }
    }

    /// The birth date to trust: the number's where it is the person's own, else the stated one.
    var birth: Int32 { number.kind == .own ? number.birth : stated }

    /// What is known of the sex, the number first.
    var knownSex: UInt8 { number.kind == .own && number.sex != 0 ? number.sex : sex }

    private static func phone(_ text: String) -> UInt64 {
        var digits: [UInt8] = []
        for scalar in text.unicodeScalars {
            if (0x30...0x39).contains(scalar.value) { digits.append(UInt8(truncatingIfNeeded: scalar.value)) }
            if (0xFF10...0xFF19).contains(scalar.value) { digits.append(UInt8(truncatingIfNeeded: scalar.value - 0xFF10 + 0x30)) }
        }
        if digits.count == 13, digits.starts(with: [0x38, 0x36]) { digits.removeFirst(2) }
        guard (7...12).contains(digits.count), !NumberForm.isDummy(digits), let last = digits.last else { return 0 }
        // 13800000000, 13912345678: the last eight are one figure, or count.
        let tail = Array(digits.suffix(8))
        if tail.allSatisfy({ $0 == last }) || NumberForm.isDummy(tail) { return 0 }
        return digits.reduce(UInt64(digits.count)) { $0 * 10 + UInt64($1 - 0x30) }
    }
}
