internal import SampanDomain

/// What a decision rests on. It names the grant, and goes into the audit log.
package enum AccessBasis: Sendable, Hashable {
    /// The reader's institution made the document.
    case own
    /// The patient reads.
    case patient
    /// Somebody reads who stands for the patient.
    case guardian
    case grant(ConsentID)
    case emergency(ConsentID)

    /// The word of the audit log.
    package var text: String {
        switch self {
        case .own: "own"
        case .patient: "patient"
        case .guardian: "guardian"
        case .grant(let id): "grant \(id.text)"
        case .emergency(let id): "emergency \(id.text)"
        }
    }
}

/// One basis and what may be read on it, already cut to the role and to the request.
struct Warrant: Sendable, Hashable {
    let basis: AccessBasis
    let scope: RecordScope
    /// Documents of this owner only; nil for all.
    let owner: InstitutionCode?

    func covers(_ row: DocumentRow) -> Bool {
        (owner == nil || owner == row.owner) && scope.holds(kind: row.kind, occurredAt: row.occurredAt, grade: row.guardedGrade)
    }
}
