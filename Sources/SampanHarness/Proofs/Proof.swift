/// A promise with a figure, run at full size by `Scripts/prove NAME` and in a short form by CI.
package protocol Proof: Sendable {
    static var name: String { get }
    /// What is promised, for `--list`.
    static var promise: String { get }

    /// - Parameters:
    ///   - quick: the short form.
    ///   - seed: plays an earlier run again; nil takes a new one.
    init(quick: Bool, seed: UInt64?)

    /// Names of the parts that may be run on their own; empty where there are none.
    static var parts: [String] { get }

    /// The same for one of `parts` alone, or for all where it is nil.
    init(quick: Bool, seed: UInt64?, only part: String?)

    /// Runs it. Prints as it goes; the figure is returned, and printed last.
    func run(programs: String) async throws -> Verdict
}

extension Proof {
    package static var parts: [String] { [] }

    package init(quick: Bool, seed: UInt64?, only part: String?) { self.init(quick: quick, seed: seed) }
}

/// What a proof came to.
package struct Verdict: Sendable {
    /// Whether the promise holds.
    package let isGood: Bool
    package let figure: String

    package init(isGood: Bool, figure: String) {
        self.isGood = isGood
        self.figure = figure
    }
}

/// A proof as the list has it: its name, its promise, and how one is made.
package struct ProofListing: Sendable {
    package let name: String
    package let promise: String
    package let parts: [String]
    package let make: @Sendable (_ quick: Bool, _ seed: UInt64?, _ part: String?) -> any Proof

    private init<P: Proof>(_ type: P.Type) {
        name = type.name
        promise = type.promise
        parts = type.parts
        make = { quick, seed, part in P(quick: quick, seed: seed, only: part) }
    }

    /// Every proof there is.
    package static let all = [
        ProofListing(CrashProof.self),
        ProofListing(FerryCrashProof.self),
        ProofListing(RefundProof.self),
        ProofListing(GapProof.self),
        ProofListing(OversellProof.self),
        ProofListing(SagaProof.self),
        ProofListing(LatencyProof.self),
        ProofListing(ThroughputProof.self),
        ProofListing(FerrySpeedProof.self),
        ProofListing(InstructionsProof.self),
        ProofListing(IdleMemoryProof.self),
        ProofListing(HandshakeProof.self),
        ProofListing(SaturationProof.self),
        ProofListing(OverloadProof.self),
        ProofListing(ForwardProof.self),
        ProofListing(FailoverProof.self),
        ProofListing(UpgradeProof.self),
        ProofListing(CentreAwayProof.self),
        ProofListing(IdleNodeProof.self),
        ProofListing(SoakProof.self),
        ProofListing(LineRateProof.self),
        ProofListing(AbuseProof.self),
        ProofListing(HandshakeLabelsProof.self),
        ProofListing(RotationProof.self),
        ProofListing(RolloverProof.self),
        ProofListing(RevocationProof.self),
        ProofListing(ExpiryProof.self),
        ProofListing(AuthorityCrashProof.self),
        ProofListing(ReconcileMillionProof.self),
        ProofListing(AuditProof.self),
        ProofListing(IdentityProof.self),
        ProofListing(ConsentProof.self),
        ProofListing(CanaryProof.self),
        ProofListing(TwoMillionProof.self),
    ]
}
