package import SampanAPI
internal import SampanDomain
internal import SampanFerry
package import SampanMesh
package import SampanRecords
package import SampanRPC

extension RecordsV1.RecordQuery {
    /// What a member of staff asks of the gate: who comes from the verified token, the rest from the query.
    /// Throws INVALID_ARGUMENT for a query that cannot be one, and what `StaffIdentity.role(meantBy:)` throws.
    package func accessRequest(of staff: StaffIdentity) throws(RPCError) -> AccessRequest {
        let role = try staff.role(meantBy: role)
        return try accessRequest(reader: .staff(try staff.institutionCode, staff.staffID, role.readerRole))
    }

    /// What a reader who is known asks of the gate. `role` is not looked at.
    package func accessRequest(reader: AccessRequest.Reader) throws(RPCError) -> AccessRequest {
        do throws(DomainError) {
            return AccessRequest(
                reader: reader, purpose: try PurposeOfUse(name: purpose), patient: try EnterpriseID(enterpriseID), scope: try scope())
        } catch {
            throw RPCError(invalid: error)
        }
    }

    private func scope() throws(DomainError) -> RecordScope {
        var wanted: Set<DocumentKind> = []
        for name in kinds { wanted.insert(try DocumentKind(name: name)) }
        // What the role may not be shown is left out by the gate.
        if wanted.isEmpty { wanted = Set(DocumentKind.allCases) }
        let (from, until) = (try Self.time(from, "from") ?? UnixTime(nanoseconds: .min), try Self.time(until, "until"))
        return try RecordScope(
            kinds: wanted, from: from, until: until ?? UnixTime(nanoseconds: .max),
            gradeCeiling: gradeCeiling == 0 ? AccessRules.personalGrade : Int(gradeCeiling))
    }

    private static func time(_ message: GoogleProtobuf.Timestamp?, _ field: String) throws(DomainError) -> UnixTime? {
        guard let message else { return nil }
        return try UnixTime(required: message, field: field)
    }
}
