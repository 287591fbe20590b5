package import SampanDomain
internal import SampanFerry
package import SampanMesh
package import SampanRecords
package import SampanRPC

extension StaffRole {
    /// As what somebody in this role reads records.
    package var readerRole: ReaderRole {
        switch self {
        case .doctor: .clinician
        case .nurse: .nurse
        case .pharmacist: .pharmacist
        case .technician: .technician
        case .clerk: .cashier
        case .qualityOfficer: .qualityOfficer
        }
    }
}

extension StaffIdentity {
    /// The role that a request means by a word: one of the token's. Empty where the token has one only.
    /// Throws INVALID_ARGUMENT for a word that is no role, and for none where there are several; PERMISSION_DENIED `STAFF_ROLE_NEEDED` for
    /// a role that the token does not claim.
    package func role(meantBy word: String) throws(RPCError) -> StaffRole {
        guard !word.isEmpty else {
            guard roles.count == 1, let only = roles.first else {
                throw RPCError(invalid: DomainError(field: "role", message: "is missing: the staff token has several"))
            }
            return only
        }
        guard let role = StaffRole(rawValue: word) else {
            throw RPCError(
                invalid: DomainError(
                    field: "role", message: "is none of \(StaffRole.allCases.map(\.rawValue).joined(separator: ", "))"))
        }
        guard roles.contains(role) else { throw StaffTokenRefusal.roleNeeded.error }
        return role
    }

    /// Whose staff it is, as a code of the domain.
    package var institutionCode: InstitutionCode {
        get throws(RPCError) {
            do throws(DomainError) { return try InstitutionCode(institution, scheme: .local) } catch { throw RPCError(invalid: error) }
        }
    }
}
