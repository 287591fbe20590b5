internal import SampanAPI
internal import SampanMesh
internal import SampanRPC

/// An admin of a region under proof: what `sampan root`, `sampan revoke` and `sampan status` do, step by step.
struct TrustAdmin: Sendable {
    let authority: TrustV1.AuthorityServiceClient

    /// Longest a gate may stay shut before a rollover counts as stuck.
    static let gateLimit: Duration = .seconds(60)

    /// Between two looks at a gate. Each is a call that costs the region something.
    private static let look: Duration = .milliseconds(50)

    /// The verbs of a rollover that goes all the way.
    static let verbs: [TrustV1.RolloverVerb] = [.plan, .prepare, .trust, .activate, .taint, .retire]

    /// What a rollover came to.
    struct Rolled: Sendable {
        var took: Duration = .zero
        /// From the verb before to this one's gate being open, by verb.
        var waits: [Duration] = []
        /// Nodes that a gate has named while it was shut, and how often.
        var laggards: [String: Int] = [:]
        /// Nodes that a gate has named as absent: nobody waits for them, and they may be strangers until they have caught up.
        var absent: Set<String> = []
    }

    /// Does every verb of a new rollover in its turn, each when its gate is open, and waits for the last one to be in force everywhere.
    /// - Parameter between: called before each verb.
    func roll(
        _ kind: TrustV1.RolloverKind, between: (TrustV1.RolloverVerb) async throws -> Void = { _ in }
    ) async throws -> Rolled {
        let number = try await nextRollover()
        let start = ContinuousClock.now
        var rolled = Rolled()
        for verb in Self.verbs {
            try await between(verb)
            let began = ContinuousClock.now
            try await waitForGate(&rolled)
            rolled.waits.append(began.duration(to: .now))
            try await advance(number, verb, kind)
        }
        try await waitForGate(&rolled)
        rolled.took = start.duration(to: .now)
        return rolled
    }

    /// Number of a rollover that may be planned now.
    func nextRollover() async throws -> UInt64 { (try await status()?.rollover ?? 0) + 1 }

    func status() async throws -> TrustV1.RolloverStatus? {
        try await Self.renewed { try await authority.getRollover(TrustV1.GetRolloverRequest(), options: Self.options).status }
    }

    func advance(_ number: UInt64, _ verb: TrustV1.RolloverVerb, _ kind: TrustV1.RolloverKind) async throws {
        let request = TrustV1.AdvanceRolloverRequest(requestID: Self.requestID(), rollover: number, verb: verb, kind: kind)
        _ = try await Self.renewed { try await authority.advanceRollover(request, options: Self.options) }
    }

    /// Returns when nobody is waited for.
    func waitForGate(_ rolled: inout Rolled) async throws {
        var named: [String: Int] = [:]
        var last: [TrustV1.Laggard] = []
        var absent: Set<String> = []
        do {
            try await Waiting.value("the gate", limit: Self.gateLimit, interval: Self.look) { () async throws -> Void? in
                guard let status = try await status() else { return () }
                last = status.laggards
                absent.formUnion(status.absent)
                for laggard in last { named[laggard.node, default: 0] += 1 }
                return last.isEmpty ? () : nil
            }
        } catch {
            let names = last.map { "\($0.node) (epoch \($0.acknowledged), shows outgoing: \($0.showsOutgoing), \($0.refusal))" }
            throw HarnessError("a gate stays shut for \(names.joined(separator: ", ")): \(error)")
        }
        rolled.laggards.merge(named, uniquingKeysWith: +)
        rolled.absent.formUnion(absent)
    }

    func nodes() async throws -> TrustV1.ListNodesResponse {
        try await Self.renewed { try await authority.listNodes(TrustV1.ListNodesRequest(), options: Self.options) }
    }

    func revoke(institution: String) async throws -> TrustV1.RevokeResponse {
        let denial = TrustV1.Denial(reason: .privilegeWithdrawn, message: "revoked by the harness", subject: .institution(institution))
        return try await authority.revoke(TrustV1.RevokeRequest(requestID: Self.requestID(), denial: denial), options: Self.options)
    }

    /// The right of a node to its first certificate, or to a new first one.
    func ticket(for identity: PeerIdentity) async throws -> EnrollmentTicket {
        let answer = try await authority.createEnrollmentToken(
            TrustV1.CreateEnrollmentTokenRequest(
                requestID: Self.requestID(), identity: identity.uri, dnsNames: ["localhost"], addresses: ["127.0.0.1"],
                life: GoogleProtobuf.Duration(seconds: 600)),
            options: Self.options)
        return try EnrollmentTicket(token: answer.token, root: answer.rootCertificate)
    }

    /// Calls again while the admin's certificate is of an issuer that was retired: gates wait for no admin, who renews in seconds.
    static func renewed<Value>(_ call: () async throws -> Value) async throws -> Value {
        try await Waiting.value("the admin's new certificate", interval: look) {
            do { return try await call() } catch {
                guard let error = error as? RPCError, error.errorInfo?.reason == "ISSUER_RETIRED" else { throw error }
                return nil
            }
        }
    }

    static func requestID() -> String { "harness-\(UInt64.random(in: 0 ... .max))" }

    /// A platform that was killed is back within it.
    static let options = CallOptions(timeout: .seconds(30), waitForReady: true)
}
