package import SampanDomain

/// Who wants to read what of whom, and why. Who comes from verified context (certificate and staff token), never from a message.
package struct AccessRequest: Sendable, Hashable {
    package enum Reader: Sendable, Hashable {
        case staff(InstitutionCode, StaffID, ReaderRole)
        /// Somebody in person: the patient, or who stands for the patient.
        case resident(EnterpriseID)
    }

    package let reader: Reader
    package let purpose: PurposeOfUse
    package let patient: EnterpriseID
    /// No more than this is given, whatever a grant allows.
    package let scope: RecordScope

    package init(reader: Reader, purpose: PurposeOfUse, patient: EnterpriseID, scope: RecordScope) {
        self.reader = reader
        self.purpose = purpose
        self.patient = patient
        self.scope = scope
    }
}
