package import SampanAPI
internal import SampanDomain
internal import SampanMesh
package import SampanRPC

/// `sampan.trust.v1.AuthorityService`: what admins ask of the authority. Who may is the policy's part; whom the journal names is the
/// certificate of the caller, or the actor of a command that runs beside the journal.
package struct AuthorityDesk: TrustV1.AuthorityServiceHandler {
    let authority: Authority
    private let fixedActor: String?
    private let policyFault: @Sendable (String) -> String?

    /// - Parameters:
    ///   - actor: who commands, for use without sockets, for example `offline`; nil takes the name of the caller's certificate.
    ///   - policyFault: what is wrong with the text of a policy; nil for nothing. Every node would refuse an epoch with such a one.
    package init(
        _ authority: Authority, actor: String? = nil, policyFault: @escaping @Sendable (String) -> String? = { _ in nil }
    ) {
        self.authority = authority
        self.policyFault = policyFault
        fixedActor = actor
    }

    /// Throws `refused` for a caller without a name.
    func actor(_ context: CallContext) throws(AuthorityError) -> String {
        if let fixedActor { return fixedActor }
        guard let identity = context.peer.identity else { throw .refused(.unknownCertificate) }
        return identity.uri
    }

    package func createEnrollmentToken(
        _ request: TrustV1.CreateEnrollmentTokenRequest, context: CallContext
    ) async throws -> TrustV1.CreateEnrollmentTokenResponse {
        try await authority.createToken(request, by: actor(context))
    }

    package func revoke(_ request: TrustV1.RevokeRequest, context: CallContext) async throws -> TrustV1.RevokeResponse {
        let actor = try actor(context)
        let key = try RequestKey(request.requestID, method: "Revoke", body: request)
        let denial = try Authority.denial(request.denial, isLock: false)
        if request.dryRun { return TrustV1.RevokeResponse(cuts: try await dryRun(denial, actor)) }
        let (number, cuts) = try await authority.deny(denial, by: actor, request: key)
        return TrustV1.RevokeResponse(cuts: cuts, epochNumber: number)
    }

    package func lock(_ request: TrustV1.LockRequest, context: CallContext) async throws -> TrustV1.LockResponse {
        let actor = try actor(context)
        let key = try RequestKey(request.requestID, method: "Lock", body: request)
        let denial = try Authority.denial(request.denial, isLock: true)
        if request.dryRun { return TrustV1.LockResponse(cuts: try await dryRun(denial, actor)) }
        let (number, cuts) = try await authority.deny(denial, by: actor, request: key)
        return TrustV1.LockResponse(cuts: cuts, epochNumber: number)
    }

    private func dryRun(_ denial: Denial, _ actor: String) async throws(AuthorityError) -> [TrustV1.CutReport] {
        _ = try await authority.preview(.deny(denial), by: actor)
        return try await authority.estimate(denial)
    }

    package func unlock(_ request: TrustV1.UnlockRequest, context: CallContext) async throws -> TrustV1.UnlockResponse {
        let actor = try actor(context)
        let key = try RequestKey(request.requestID, method: "Unlock", body: request)
        let subject = try AuthorityError.epoch { () throws(EpochError) in try Denial.Subject(request.denial) }
        if request.dryRun {
            _ = try await authority.preview(.lift(subject), by: actor)
            return TrustV1.UnlockResponse()
        }
        let outcome = try await authority.execute(by: actor, request: key) { _, _ throws(AuthorityError) in
            .lift(subject)
        } answer: { change throws(AuthorityError) in
            try Authority.bytes(TrustV1.UnlockResponse(epochNumber: change.epochNumber ?? change.state.epochNumber))
        }
        return try Authority.message(outcome.answer)
    }

    package func changeCustodian(
        _ request: TrustV1.ChangeCustodianRequest, context: CallContext
    ) async throws -> TrustV1.ChangeCustodianResponse {
        let actor = try actor(context)
        let key = try RequestKey(request.requestID, method: "ChangeCustodian", body: request)
        guard let message = request.custodian else { throw AuthorityError.invalid(field: "custodian", "it names no institution") }
        let matter = try AuthorityError.epoch { () throws(EpochError) in try EpochCustodian.Matter(message) }
        let command = AuthorityCommand.keep(matter, by: message.custodian.isEmpty ? nil : message.custodian)
        if request.dryRun {
            let record = try await authority.preview(command, by: actor)
            return TrustV1.ChangeCustodianResponse(epochNumber: 0, changed: record != nil)
        }
        let outcome = try await authority.execute(by: actor, request: key) { _, _ throws(AuthorityError) in
            command
        } answer: { change throws(AuthorityError) in
            try Authority.bytes(
                TrustV1.ChangeCustodianResponse(
                    epochNumber: change.epochNumber ?? change.state.epochNumber, changed: change.record != nil))
        }
        return try Authority.message(outcome.answer)
    }

    package func changeSettings(
        _ request: TrustV1.ChangeSettingsRequest, context: CallContext
    ) async throws -> TrustV1.ChangeSettingsResponse {
        let actor = try actor(context)
        let key = try RequestKey(request.requestID, method: "ChangeSettings", body: request)
        guard request.minimumProtocol <= ProtocolLevel.spoken else {
            throw AuthorityError.invalid(
                field: "minimum_protocol", "this authority speaks level \(ProtocolLevel.spoken) itself; replace its program first")
        }
        let settings = try AuthorityError.epoch { () throws(EpochError) in
            var routes: [EpochRoute] = []
            for route in request.routes { routes.append(try EpochRoute(route)) }
            return AuthoritySettings(policy: request.policy, routes: routes, minimumProtocol: request.minimumProtocol)
        }
        if !settings.policy.isEmpty, let fault = policyFault(settings.policy) { throw AuthorityError.invalid(field: "policy", fault) }
        if request.dryRun {
            let record = try await authority.preview(.change(settings), by: actor)
            return TrustV1.ChangeSettingsResponse(epochNumber: 0, changed: record != nil)
        }
        let outcome = try await authority.execute(by: actor, request: key) { _, _ throws(AuthorityError) in
            .change(settings)
        } answer: { change throws(AuthorityError) in
            try Authority.bytes(
                TrustV1.ChangeSettingsResponse(
                    epochNumber: change.epochNumber ?? change.state.epochNumber, changed: change.record != nil))
        }
        return try Authority.message(outcome.answer)
    }
}
