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
    package let version: Int64?
    package let outcome: Outcome
}

/// Where decisions are written down. `append` returns when the leaf is durable, and throws otherwise: then nothing is given out.
package protocol AccessAudit: Sendable {
    func append(_ event: AccessEvent) async throws
}
