package import SampanAPI
package import SampanDomain

extension IdentityV1.InstitutionKind {
    /// As files and commands write it: `hospital`, `township-center`.
    package var word: String {
        switch self {
        case .hospital: "hospital"
        case .townshipCenter: "township-center"
        case .communityCenter: "community-center"
        case .clinic: "clinic"
        case .maternity: "maternity"
        case .publicHealth: "public-health"
        case .diagnosticCenter: "diagnostic-center"
        case .pharmacy: "pharmacy"
        case .internetHospital: "internet-hospital"
        case .administration: "administration"
        case .other: "other"
        case .unspecified, .unrecognized: ""
        }
    }

    /// Throws for any other word.
    package init(word: String) throws(DomainError) {
        guard !word.isEmpty, let kind = Self.allCases.first(where: { $0.word == word }) else {
            let words = Self.allCases.map(\.word).filter { !$0.isEmpty }
            throw DomainError(field: "kind", message: "is none of \(words.joined(separator: ", "))")
        }
        self = kind
    }
}

extension IdentityV1.EntryStatus {
    /// As files and commands write it.
    package var word: String {
        switch self {
        case .active: "active"
        case .suspended: "suspended"
        case .closed: "closed"
        case .unspecified, .unrecognized: ""
        }
    }

    /// Throws for any other word.
    package init(word: String) throws(DomainError) {
        guard !word.isEmpty, let status = Self.allCases.first(where: { $0.word == word }) else {
            throw DomainError(field: "status", message: "is none of active, suspended, closed")
        }
        self = status
    }
}
