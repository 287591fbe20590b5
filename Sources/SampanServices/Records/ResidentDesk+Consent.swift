package import SampanAPI
internal import SampanDomain
internal import SampanFerry
internal import SampanMesh
package import SampanRPC
internal import SampanRecords

extension ResidentDesk {
    package func grantConsent(
        _ request: RecordsV1.GrantConsentRequest, context: CallContext
    ) async throws -> RecordsV1.GrantConsentResponse {
        guard let asked = request.terms else { throw RPCError(invalid: DomainError(field: "terms", message: "is missing")) }
        let id = try Self.domain { () throws(DomainError) in try RequestID(request.requestID) }
        let app = try Self.domain { () throws(DomainError) in
            try InstitutionCode(context.peer.identity?.institution ?? "", scheme: .local)
        }
        let asker = try await entitled(request.session, about: asked.enterpriseID, .grant, context)
        let terms = try Self.domain { () throws(DomainError) in try asked.terms(of: asker.subject, for: try asked.grantee) }
        var act = RecordAct(of: asker.subject, .grant, .deny, reason: "", role: Self.role, purpose: terms.purpose)
        let grant = try await audit.refusing(act, context) { () throws(RPCError) in
            try await ConsentError.run { () throws(ConsentError) in try await consents.grant(terms, request: id, by: app) }
        }
        (act.decision, act.reason, act.grant) = (.permit, asker.basis, grant.id)
        try await audit.append(act, context)
        return RecordsV1.GrantConsentResponse(grant: grant.message)
    }

    package func revokeConsent(
        _ request: RecordsV1.RevokeConsentRequest, context: CallContext
    ) async throws -> RecordsV1.RevokeConsentResponse {
        let id = try Self.domain { () throws(DomainError) in try ConsentID(request.grantID) }
        let asker = try await entitled(request.session, about: request.enterpriseID, .revoke, context)
        var act = RecordAct(of: asker.subject, .revoke, .deny, reason: "", role: Self.role, grant: id)
        let grant = try await audit.refusing(act, context) { () throws(RPCError) in
            try await ConsentError.run { () throws(ConsentError) in try await consents.revoke(id, of: asker.subject) }
        }
        (act.decision, act.reason, act.purpose) = (.permit, asker.basis, grant.terms.purpose)
        try await audit.append(act, context)
        return RecordsV1.RevokeConsentResponse(grant: grant.message)
    }

    package func listConsents(
        _ request: RecordsV1.ListConsentsRequest, context: CallContext
    ) async throws -> RecordsV1.ListConsentsResponse {
        let (limit, before) = try ConsentPage.read(size: request.pageSize, before: request.before)
        let asker = try await entitled(request.session, about: request.enterpriseID, .list, context)
        let found = try await ConsentError.run { () throws(ConsentError) in
            try await consents.grants(of: asker.subject, before: before, limit: limit)
        }
        return RecordsV1.ListConsentsResponse(
            grants: found.map(\.grant.message), nextBefore: ConsentPage.next(found.count, limit, last: found.last?.place))
    }
}
