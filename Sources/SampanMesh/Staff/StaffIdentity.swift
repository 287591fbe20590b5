package import SampanDomain
package import SampanRPC

/// A member of staff who acts in a call, verified: signature, certificate, time, and standing at the registry (ID-12).
package struct StaffIdentity: Sendable, Hashable {
    /// Whose staff: also the institution of the caller's certificate.
    package let institution: String
    package let staffID: StaffID
    /// What the token claims of what the registry grants; never empty.
    package let roles: Set<StaffRole>
    /// Of the token, 16 bytes: for audits.
    package let tokenID: [UInt8]
    package let issuedAt: UnixTime
    package let expiresAt: UnixTime

    package init(
        institution: String, staffID: StaffID, roles: Set<StaffRole>, tokenID: [UInt8], issuedAt: UnixTime, expiresAt: UnixTime
    ) {
        self.institution = institution
        self.staffID = staffID
        self.roles = roles
        self.tokenID = tokenID
        self.issuedAt = issuedAt
        self.expiresAt = expiresAt
    }

    /// As audits name a person: `4699010001/li.wei`.
    package var name: String { "\(institution)/\(staffID)" }
}

extension CallContext {
    /// Who acts; nil for a call without a token. A call with a token that is not believed reaches no handler (`StaffGate`).
    package var staff: StaffIdentity? { finding(StaffIdentity.self) }

    /// Who acts. Throws UNAUTHENTICATED `STAFF_TOKEN_MISSING` for a call without a token, PERMISSION_DENIED `STAFF_ROLE_NEEDED` where
    /// none of `roles` is the member's.
    /// - Parameter roles: one of which is needed; empty: any will do.
    package func requireStaffIdentity(_ roles: StaffRole...) throws(RPCError) -> StaffIdentity {
        guard let staff else { throw StaffTokenRefusal.missing.error }
        guard roles.isEmpty || roles.contains(where: staff.roles.contains) else { throw StaffTokenRefusal.roleNeeded.error }
        return staff
    }
}
