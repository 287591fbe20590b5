package import SampanDomain
internal import SampanStorage

/// What services have to know before they act: whom it is about, for the audit log.
extension ConsentDesk {
    /// The terms of a code, for the clinician it was made for; nil for anybody else, and for none of that number.
    package func terms(
        ofCode id: ConsentID, institution: InstitutionCode, staff: StaffID
    ) async throws(ConsentError) -> ConsentTerms? {
        let found = try await records.database.read(ConsentError.self) { [self] transaction in try code(id, transaction)?.terms }
        guard let found, found.grantee.institution == institution, found.grantee.staff == staff else { return nil }
        return found
    }

    /// An emergency access of an institution; nil for another's, and for none of that number.
    package func emergency(_ id: ConsentID, of institution: InstitutionCode) async throws(ConsentError) -> EmergencyAccess? {
        try await records.database.read(ConsentError.self) { [self] transaction in
            try ConsentError.unwrapped { try rows.emergency(id, of: institution, transaction) }
        }
    }
}
