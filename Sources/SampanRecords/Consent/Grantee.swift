package import SampanDomain

/// Who is let in: one clinician (RE-04), or whoever of an institution has the role.
package struct Grantee: Sendable, Hashable {
    package let institution: InstitutionCode
    /// Nil for the institution as a whole.
    package let staff: StaffID?

    package init(institution: InstitutionCode, staff: StaffID?) {
        self.institution = institution
        self.staff = staff
    }

    func admits(_ institution: InstitutionCode, _ staff: StaffID) -> Bool {
        self.institution == institution && (self.staff == nil || self.staff == staff)
    }
}
