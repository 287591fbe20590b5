/// Why somebody was refused. The raw value is the stable reason of errors and the audit log; none of them tells whether a document exists.
package enum DenialReason: String, Sendable, Hashable, CaseIterable {
    /// The role reads nothing for this purpose.
    case roleNotAllowed = "ROLE_NOT_ALLOWED"
    /// No consent covers any of what was asked for.
    case noConsent = "NO_CONSENT"
    /// What let the reader in was taken back, or is over.
    case consentEnded = "CONSENT_ENDED"
    /// A resident asked for somebody else.
    case notThePatient = "NOT_THE_PATIENT"
    /// The document is not among those that may be read, or there is none such.
    case notCovered = "NOT_COVERED"
}

/// Why the gate gave nothing.
package enum AccessRefusal: Error, Sendable, Equatable {
    case denied(DenialReason)
    /// The audit log did not take the leaf: no leaf, no answer.
    case auditUnavailable
    case records(RecordsError)
}
