internal import SampanAPI
package import SampanDomain

/// One look at, or change of, a person's record, also one that was refused: whose, what of it, by whom and why. When, from where, by which
/// method and the reason of the decision stand in the record around it.
package struct AuditAccess: Sendable, Hashable {
    /// What was done. Open, as `AuditKind` is: the words of the contract.
    package struct Operation: Sendable, Hashable {
        package let name: String

        /// Text beyond the limit is cut.
        package init(_ name: String) { self.name = name.cut(toBytes: AuditLimits.wordBytes) }

        package static let read = Operation("read")
        package static let list = Operation("list")
        package static let search = Operation("search")
        package static let write = Operation("write")
        package static let amend = Operation("amend")
        package static let export = Operation("export")
        package static let grant = Operation("grant")
        package static let revoke = Operation("revoke")
    }

    package enum Decision: String, Sendable, Hashable { case permit, deny }

    package let person: AuditPseudonym
    /// Code of the institution that acts; of its staff `staff`, in this `role`. Empty where there is none.
    package let institution: String
    package let staff: String
    package let role: String
    /// Empty for a list or a search; its version 0 for none.
    package let documentID: String
    package let documentVersion: UInt64
    /// Nil for none.
    package let documentKind: String
    package let operation: Operation
    package let purpose: String
    /// Id of the consent; empty for none.
    package let grantID: String
    /// Code of the reason of a break-glass; empty for none.
    package let emergencyReason: String
    package let decision: Decision
    /// Where it was decided.
    package let node: String

    /// Text beyond the limits of the contract is cut.
    package init(
        of person: AuditPseudonym, institution: String = "", staff: StaffID? = nil, role: String = "", documentID: String = "",
        documentVersion: UInt64 = 0, documentKind: DocumentKind? = nil, operation: Operation, purpose: PurposeOfUse? = nil,
        grantID: String = "", emergencyReason: String = "", decision: Decision, node: String = ""
    ) {
        self.init(
            person: person, institution: institution, staff: staff?.text ?? "", role: role, documentID: documentID,
            documentVersion: documentVersion, documentKind: documentKind?.rawValue ?? "", operation: operation,
            purpose: purpose?.rawValue ?? "", grantID: grantID, emergencyReason: emergencyReason, decision: decision, node: node)
    }

    private init(
        person: AuditPseudonym, institution: String, staff: String, role: String, documentID: String, documentVersion: UInt64,
        documentKind: String, operation: Operation, purpose: String, grantID: String, emergencyReason: String, decision: Decision,
        node: String
    ) {
        self.person = person
        self.institution = institution.cut(toBytes: AuditLimits.wordBytes)
        self.staff = staff.cut(toBytes: AuditLimits.wordBytes)
        self.role = role.cut(toBytes: AuditLimits.wordBytes)
        self.documentID = documentID.cut(toBytes: AuditLimits.idBytes)
        self.documentVersion = documentVersion
        self.documentKind = documentKind.cut(toBytes: AuditLimits.wordBytes)
        self.operation = operation
        self.purpose = purpose.cut(toBytes: AuditLimits.wordBytes)
        self.grantID = grantID.cut(toBytes: AuditLimits.idBytes)
        self.emergencyReason = emergencyReason.cut(toBytes: AuditLimits.idBytes)
        self.decision = decision
        self.node = node.cut(toBytes: AuditLimits.idBytes)
    }

    var message: AuditV1.AuditAccess {
        AuditV1.AuditAccess(
            person: person.bytes, institution: institution, staff: staff, role: role, documentID: documentID,
            documentVersion: documentVersion, documentKind: documentKind, operation: operation.name, purpose: purpose, grantID: grantID,
            emergencyReason: emergencyReason, decision: decision.rawValue, node: node)
    }

    /// Words that this program does not know are kept. Throws `malformed`.
    init(_ message: AuditV1.AuditAccess) throws(AuditError) {
        guard let person = AuditPseudonym(message.person) else { throw .malformed("a pseudonym of \(message.person.count) bytes") }
        guard let decision = Decision(rawValue: message.decision) else { throw .malformed("an access without a decision") }
        self.init(
            person: person, institution: message.institution, staff: message.staff, role: message.role, documentID: message.documentID,
            documentVersion: message.documentVersion, documentKind: message.documentKind, operation: Operation(message.operation),
            purpose: message.purpose, grantID: message.grantID, emergencyReason: message.emergencyReason, decision: decision,
            node: message.node)
    }
}
