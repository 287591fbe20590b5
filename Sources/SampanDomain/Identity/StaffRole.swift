/// What a member of staff does, as tokens, files and rules write it.
package enum StaffRole: String, Sendable, Hashable, CaseIterable {
    case doctor, nurse, pharmacist, technician, clerk
    /// 质控人员: looks at the quality of records, and reviews emergency accesses.
    case qualityOfficer = "quality-officer"

    /// The one of a word. Throws for any other word.
    package init(word: some StringProtocol) throws(DomainError) {
        guard let role = StaffRole(rawValue: String(word)) else {
            throw DomainError(field: "roles", message: "is none of \(Self.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        self = role
    }

    /// Its bit in a set of roles that a table keeps: 1, 2, 4, 8, 16, 32.
    package var bit: Int64 {
        switch self {
        case .doctor: 1
        case .nurse: 2
        case .pharmacist: 4
        case .technician: 8
        case .clerk: 16
        case .qualityOfficer: 32
        }
    }

    /// Roles that hold a practice licence, and whose names are public (ID-22).
    package var isLicensed: Bool {
        switch self {
        case .doctor, .nurse, .pharmacist: true
        case .technician, .clerk, .qualityOfficer: false
        }
    }
}
