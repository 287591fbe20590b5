internal import SampanCrypto
internal import SampanDomain
package import SampanMesh
internal import SampanRPC

/// The steps of a rollover, with the keys that they need.
extension Authority {
    /// One verb as a command; `prepare` makes keys first, when it is its turn. In a preview nothing is made.
    func rolloverCommand(_ number: UInt64, _ verb: Rollover.Verb, _ kind: Rollover.Kind?) async throws(AuthorityError) -> AuthorityCommand {
        switch verb {
        case .plan:
            guard let kind else { throw .invalid(field: "kind", "PLAN needs a kind: ISSUER or ROOT") }
            return .plan(rollover: number, kind)
        case .prepare: return try await preparing(number)
        default: return .advance(rollover: number, verb)
        }
    }

    /// One verb, without a request id: for programs that look at the state first. Throws `refused(rollover)` when it is not its turn.
    @discardableResult
    package func advance(
        rollover number: UInt64, _ verb: Rollover.Verb, _ kind: Rollover.Kind?, by actor: String
    ) async throws(AuthorityError) -> AuthorityChange {
        try await execute(try await rolloverCommand(number, verb, kind), by: actor)
    }

    private func preparing(_ number: UInt64) async throws(AuthorityError) -> AuthorityCommand {
        let state = try await store.refresh().state
        guard let active = state.activeIssuer else { throw .refused(.notFounded) }
        guard let rollover = state.rollover, rollover.number == number, rollover.phase == .planned else {
            // Not its turn, or done before: the decision says which, and looks at no material.
            return .prepare(rollover: number, RolloverMaterial(root: nil, issuer: active, bridge: nil))
        }
        guard keys.canWakeRoot else { throw .rootAsleep }
        try await openKeys()
        let now = clock.wall()
        let maker = AuthorityMaker(
            trustDomain: state.trustDomain, organization: try organization(of: active), configuration: configuration, keys: keys)
        let material = try await store.blocking { try maker.makeMaterial(rollover.kind, state, at: now) }
        return .prepare(rollover: number, material)
    }

    /// As the region calls itself in its certificates.
    private func organization(of issuer: AuthorityCertificate) throws(AuthorityError) -> String? {
        try AuthorityError.crypto { () throws(CryptoError) in try Certificate(der: issuer.certificate).subject.organization }
    }
}
