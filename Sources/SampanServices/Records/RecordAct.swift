package import SampanDomain
package import SampanMesh
package import SampanRecords

/// One look at, or change of, a person's records, as the audit log tells it: what stands in it beside the call.
package struct RecordAct: Sendable, Hashable {
    package var person: EnterpriseID
    package var operation: AuditAccess.Operation
    package var decision: AuditAccess.Decision
    /// Why, in a word that stays the same.
    package var reason: String
    /// As what somebody acts; nil: all roles of the staff token.
    package var role: String?
    package var document: DocumentID?
    package var version: Int64?
    package var kind: DocumentKind?
    package var purpose: PurposeOfUse?
    package var grant: ConsentID?
    package var emergencyCause: EmergencyAccess.Cause?

    package init(
        of person: EnterpriseID, _ operation: AuditAccess.Operation, _ decision: AuditAccess.Decision, reason: String, role: String? = nil,
        document: DocumentID? = nil, version: Int64? = nil, kind: DocumentKind? = nil, purpose: PurposeOfUse? = nil,
        grant: ConsentID? = nil, emergencyCause: EmergencyAccess.Cause? = nil
    ) {
        (self.person, self.operation, self.decision, self.reason, self.role) = (person, operation, decision, reason, role)
        (self.document, self.version, self.kind) = (document, version, kind)
        (self.purpose, self.grant, self.emergencyCause) = (purpose, grant, emergencyCause)
    }

    /// A decision of the gate. Of several grants that let somebody in, the first is named here; the journal names all.
    init(_ event: AccessEvent) {
        let role =
            switch event.request.reader {
            case .staff(_, _, let role): role.registryWord
            case .resident: "resident"
            }
        self.init(
            of: event.request.patient, event.entry.operation, .deny, reason: "", role: role, document: event.document,
            version: event.version, kind: event.kind, purpose: event.request.purpose, emergencyCause: event.emergencyCause)
        switch event.outcome {
        case .allowed(let bases):
            decision = .permit
            reason = bases.map(\.word).reduce(into: []) { words, word in if !words.contains(word) { words.append(word) } }
                .joined(separator: ",")
            grant = bases.lazy.compactMap(\.consent).first
        case .denied(let denial), .cut(let denial): reason = denial.rawValue
        }
    }
}

extension AccessEvent.Entry {
    /// The word of the audit log.
    fileprivate var operation: AuditAccess.Operation {
        switch self {
        case .timeline, .versions: .list
        case .entry, .content: .read
        }
    }
}

extension AccessBasis {
    fileprivate var word: String {
        switch self {
        case .own: "own"
        case .patient: "patient"
        case .guardian: "guardian"
        case .grant: "grant"
        case .emergency: "emergency"
        }
    }

    fileprivate var consent: ConsentID? {
        switch self {
        case .grant(let id), .emergency(let id): id
        case .own, .patient, .guardian: nil
        }
    }
}

extension ReaderRole {
    /// As the registry calls it; roles that the registry does not have keep their own word.
    fileprivate var registryWord: String {
        (StaffRole.allCases.first { $0.readerRole == self })?.rawValue ?? rawValue
    }
}
