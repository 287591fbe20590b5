import SampanAPI
import SampanRPC

/// Takes a rollover forward over the wire: asks where it stands, waits for gates, commands one verb. What is allowed is the authority's to
/// decide; this only waits and tells.
struct RolloverDriver {
    let access: AuthorityAccess
    let mutation: MutationOptions
    /// Nil to refuse at a closed gate instead of waiting.
    let within: Duration?
    /// Told what is waited for, whenever that changes.
    let progress: (String) -> Void

    init(_ access: AuthorityAccess, mutation: MutationOptions, within: Duration?, progress: @escaping (String) -> Void) {
        (self.access, self.mutation, self.within, self.progress) = (access, mutation, within, progress)
    }

    private var authority: TrustV1.AuthorityServiceClient { access.client }
    var place: String { access.place }

    /// How long the command waits for its own acknowledgement, also where it waits for nobody else. 10 s: it may have to renew first,
    /// which is spread over 5.
    private static let ownPatience: Duration = .seconds(10)
    /// Between two questions for it.
    private static let ownInterval: Duration = .milliseconds(100)

    /// The time between two questions. 1 s: nodes report every 10 s and acknowledge at once.
    static let interval: Duration = .seconds(1)
    /// What `ErrorInfo.reason` of a gate says that waits for nodes.
    static let closedGate = "WAITS_FOR_NODES"

    /// A gate that did not open.
    struct ClosedGate: Error {
        let verb: TrustV1.RolloverVerb
        let view: RolloverView
    }

    /// Nil where there was no rollover yet.
    func status() async throws -> TrustV1.RolloverStatus? {
        try await authority.getRollover(TrustV1.GetRolloverRequest()).status
    }

    /// Which rollover a verb is for: the given one, else the one under way, else for `plan` the next.
    static func number(
        _ verb: TrustV1.RolloverVerb, given: UInt64?, kind: RolloverKindName?, _ status: TrustV1.RolloverStatus?
    ) throws -> UInt64 {
        if let given { return given }
        guard let status else {
            guard verb == .plan else { throw AdminFailure("there is no rollover yet; begin with: sampan root plan --kind root|issuer") }
            return 1
        }
        guard verb == .plan else { return status.rollover }
        guard status.next != .plan else { return status.rollover + 1 }
        guard status.kind == kind?.message else {
            throw AdminFailure(
                "rollover \(status.rollover) of the \(RolloverView(status: status).kind) is under way (next: \(status.next.name)); finish or abort it first"
            )
        }
        return status.rollover
    }

    /// Which rollover is to be taken to its end: the one that is not over yet, be it that only its last step is waited for, else the next.
    static func target(_ kind: RolloverKindName, _ status: TrustV1.RolloverStatus?) throws -> UInt64 {
        if let status, status.kind == kind.message, status.next == .plan, !status.laggards.isEmpty { return status.rollover }
        return try number(.plan, given: nil, kind: kind, status)
    }

    /// Commands one verb; with `within`, when its gate is open. Throws a `ClosedGate` that names who is waited for.
    func advance(
        _ verb: TrustV1.RolloverVerb, rollover given: UInt64? = nil, kind: RolloverKindName? = nil
    ) async throws -> TrustV1.AdvanceRolloverResponse {
        let clock = ContinuousClock()
        let end = within.map { clock.now.advanced(by: $0) }
        let ownEnd = clock.now.advanced(by: Self.ownPatience)
        var told = ""
        while true {
            let before = try await status(until: end)
            let number = try Self.number(verb, given: given, kind: kind, before)
            let request = TrustV1.AdvanceRolloverRequest(
                requestID: try mutation.makeRequestID(), rollover: number, verb: verb,
                kind: verb == .plan ? kind?.message ?? .unspecified : .unspecified, dryRun: mutation.dryRun)
            do throws(RPCError) {
                return try await authority.advanceRollover(request)
            } catch {
                // Any other reason stays one after any wait.
                guard error.code == .failedPrecondition, error.errorInfo.map({ $0.reason == Self.closedGate }) ?? true,
                    let view = try await status(until: end).map(RolloverView.init(status:)), view.status.next == verb
                else { throw error }
                // Without a reason for programs, nobody to wait for tells that it is another one.
                if view.status.laggards.isEmpty, error.errorInfo == nil || end == nil { throw error }
                if isAlone(view), clock.now < ownEnd {
                    try await Task.sleep(for: Self.ownInterval)
                    continue
                }
                guard let end, clock.now < end else { throw ClosedGate(verb: verb, view: view) }
                if view.waiting != told, !view.waiting.isEmpty { progress("\(verb.name) waits for \(view.waiting)") }
                told = view.waiting
            }
            try await Task.sleep(for: Self.interval)
        }
    }

    /// Whether nobody is waited for but this command itself, which follows.
    private func isAlone(_ view: RolloverView) -> Bool {
        guard let follower = access.follower else { return false }
        return view.status.laggards.map(\.node) == [follower]
    }

    /// Waits until the last step is in force everywhere. Throws a `ClosedGate` when it is not within the time.
    func waitUntilOver() async throws -> RolloverView {
        let clock = ContinuousClock()
        let end = clock.now.advanced(by: within ?? .zero)
        var told = ""
        while true {
            guard let status = try await status(until: end) else { throw AdminFailure("\(place): there is no rollover") }
            let view = RolloverView(status: status)
            if view.isOver { return view }
            guard clock.now < end else { throw ClosedGate(verb: .plan, view: view) }
            if view.waiting != told { progress("the last step waits for \(view.waiting)") }
            told = view.waiting
            try await Task.sleep(for: Self.interval)
        }
    }

    /// While there is time, a platform node that is out of reach is asked again: it may be starting anew.
    private func status(until end: ContinuousClock.Instant?) async throws -> TrustV1.RolloverStatus? {
        while true {
            do {
                return try await status()
            } catch let error as RPCError {
                guard let end, ContinuousClock.now < end, error.code == .unavailable else { throw error }
                progress("\(place) is out of reach, trying again: \(CertificateDescription.printable(error.message))")
            }
            try await Task.sleep(for: Self.interval)
        }
    }
}
