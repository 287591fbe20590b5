package import SampanDomain

/// What a patient is told on the phone. Who sends it finds the number by the patient's enterprise id; it is in no notice.
package enum Notice: Sendable, Hashable {
    /// The six digits that let a clinician in. They are in no log and in no database.
    case code(patient: EnterpriseID, digits: String, institution: InstitutionCode, purpose: PurposeOfUse, expiresAt: UnixTime)
    /// The six digits that sign the resident in to an app. They are in no log and in no database.
    case signIn(patient: EnterpriseID, digits: String, expiresAt: UnixTime)
    /// Somebody read in an emergency, without asking.
    case emergency(patient: EnterpriseID, institution: InstitutionCode, at: UnixTime)
}

/// The way to the patient's phone: an SMS gateway, by an adapter. `send` returns when the notice is on its way for good.
package protocol NoticeSender: Sendable {
    func send(_ notice: Notice) async throws
}
