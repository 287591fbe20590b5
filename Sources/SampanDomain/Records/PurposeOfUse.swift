/// Why somebody wants to read a record. The raw value is the word of contracts, consents and the audit log; it is published.
package enum PurposeOfUse: String, Sendable, Hashable, CaseIterable {
    /// 诊疗: the reader treats the patient.
    case treatment
    /// 急救: the reader treats the patient and cannot ask first (break-glass).
    case emergency
    /// 会诊: a colleague asked for an opinion.
    case consultation
    /// 转诊: the patient moves on to the reader's institution.
    case referral
    /// 本人: the patient, or who stands for the patient.
    case patientRequest = "patient-request"
    /// 医保: what was done is paid for.
    case payment
    /// 质控: the quality of the record is looked at.
    case qualityControl = "quality-control"
    /// 科研: research, on data without names only.
    case research

    /// Throws for a word that is not one of the contract's.
    package init(name: String) throws(DomainError) {
        guard let purpose = Self(rawValue: name) else {
            throw DomainError(
                field: "purpose",
                message: "unknown purpose of use; right would be one of \(Self.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        self = purpose
    }
}
