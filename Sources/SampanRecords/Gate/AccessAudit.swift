package import SampanDomain

/// One decision of the gate.
package struct AccessEvent: Sendable, Hashable {
    /// What was asked of the gate. The raw value is the word of the audit log.
    package enum Entry: String, Sendable, Hashable, CaseIterable {
        case timeline, entry, versions, content
    }

    package enum Outcome: Sendable, Hashable {
        /// On these bases.
        case allowed([AccessBasis])
        case denied(DenialReason)
        /// A content that was being read was ended.
        case cut(DenialReason)
    }

    package let at: UnixTime
    package let request: AccessRequest
    package let entry: Entry
    /// Nil for a timeline.
    package let document: DocumentID?
    /// The version that was asked for, or was found to be the newest; nil where neither is.
    package let version: Int64?
    /// Of a document that may be read.
    package let kind: DocumentKind?
    /// Why the glass was broken, when that is what let the reader in.
    package let emergencyCause: EmergencyAccess.Cause?
    package let outcome: Outcome

    init(
        at: UnixTime, request: AccessRequest, entry: Entry, document: DocumentID?, version: Int64?, kind: DocumentKind? = nil,
        emergencyCause: EmergencyAccess.Cause? = nil, outcome: Outcome
    ) {
        (self.at, self.request, self.entry, self.document, self.version) = (at, request, entry, document, version)
        (self.kind, self.emergencyCause, self.outcome) = (kind, emergencyCause, outcome)
    }
}

/// Where decisions are written down. `append` returns when the leaf is durable, and throws otherwise: then nothing is given out.
package protocol AccessAudit: Sendable {
    func append(_ event: AccessEvent) async throws
}
