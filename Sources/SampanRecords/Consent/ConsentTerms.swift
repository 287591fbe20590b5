package import SampanDomain

/// What a patient agrees to.
package struct ConsentTerms: Sendable, Hashable {
    package let patient: EnterpriseID
    package let grantee: Grantee
    package let purpose: PurposeOfUse
    package let scope: RecordScope
    /// From this moment on it is over.
    package let until: UnixTime

    /// Throws for a purpose that nobody grants, and for grade 5 without a named clinician.
    package init(patient: EnterpriseID, grantee: Grantee, purpose: PurposeOfUse, scope: RecordScope, until: UnixTime) throws(DomainError) {
        guard AccessRules.isGrantable(purpose) else {
            throw DomainError(
                field: "purpose", message: "cannot be granted; right would be treatment, consultation, referral, payment or quality-control"
            )
        }
        guard scope.gradeCeiling < AccessRules.personalGrade || grantee.staff != nil else {
            throw DomainError(field: "grade_ceiling", message: "documents of grade 5 are granted to a named clinician only")
        }
        self.patient = patient
        self.grantee = grantee
        self.purpose = purpose
        self.scope = scope
        self.until = until
    }

    func write(_ fields: inout FieldWriter) {
        fields.add(patient.number)
        fields.add(grantee.institution.text)
        fields.add(grantee.staff?.text)
        fields.add(purpose.rawValue)
        scope.write(&fields)
        fields.add(until.nanoseconds)
    }

    init(_ fields: inout FieldReader, part: String) throws(RecordsError) {
        let (patient, institution, staff, purpose) = (
            try fields.number(), try fields.text(), try fields.optionalText(), try fields.text()
        )
        let scope = try RecordScope(&fields, part: part)
        let until = UnixTime(nanoseconds: try fields.number())
        self = try RecordsError.stored(part) { () throws(DomainError) in
            let named: StaffID? = if let staff { try StaffID(staff) } else { nil }
            return try ConsentTerms(
                patient: EnterpriseID(patient), grantee: Grantee(institution: InstitutionCode(institution, scheme: .local), staff: named),
                purpose: PurposeOfUse(name: purpose), scope: scope, until: until)
        }
    }
}
