/// Records taken for one person, as the clustering sees them.
struct ClusterProfile: Sendable {
    /// At the most so many members are compared: a person with more has shown all faces.
    static let comparedMax = 12

    /// The records' places in the caller's list.
    var members: [Int32]
    /// Members that differ from each other in what is compared.
    var faces: [PersonFeatures]
    /// Right citizen numbers of their own.
    var ownNumbers: Set<UInt64> = []
    /// Citizen numbers of guardians.
    var guardianNumbers: Set<UInt64> = []
    /// Own names, and those of guardians, by their characters.
    var names: Set<UInt64> = []
    var guardianNames: Set<UInt64> = []
    /// 1 and 2 of newborn twins.
    var ordinals: Set<UInt8> = []
    /// Places of records that people have decided to be of another person.
    var apart: Set<Int32> = []
    /// Sexes that own numbers say.
    var sexes: Set<UInt8> = []

    init(_ member: Int32, _ features: PersonFeatures) {
        members = [member]
        faces = [features]
        note(features)
    }

    private mutating func note(_ features: PersonFeatures) {
        if features.number.kind == .own {
            ownNumbers.insert(features.number.value)
            sexes.insert(features.number.sex)
        }
        if features.guardianNumber != 0 { guardianNumbers.insert(features.guardianNumber) }
        if features.name.role == .own { names.insert(features.name.hash) }
        if features.guardianName != 0 { guardianNames.insert(features.guardianName) }
        if features.name.ordinal != 0 { ordinals.insert(features.name.ordinal) }
    }

    mutating func join(_ other: ClusterProfile) {
        members += other.members
        for face in other.faces where faces.count < Self.comparedMax && !faces.contains(where: { $0.looksLike(face) }) {
            faces.append(face)
        }
        ownNumbers.formUnion(other.ownNumbers)
        guardianNumbers.formUnion(other.guardianNumbers)
        names.formUnion(other.names)
        guardianNames.formUnion(other.guardianNames)
        ordinals.formUnion(other.ordinals)
        apart.formUnion(other.apart)
        sexes.formUnion(other.sexes)
    }
}

extension PersonFeatures {
    /// Whether nothing that is compared differs.
    func looksLike(_ other: PersonFeatures) -> Bool {
        name == other.name && sex == other.sex && stated == other.stated && number == other.number && phone == other.phone
            && address == other.address && guardianNumber == other.guardianNumber && guardianSound == other.guardianSound
    }
}
