internal import SampanCrypto
public import SampanRPC
internal import Synchronization

/// What a node shows and believes now, and whom it refuses: given to its servers and channels, and replaced while they run.
///
/// A swap counts for connections that are made after it; those there are keep what they were made with until they end by themselves
/// (`ServerConfiguration.maximumConnectionAge`) or are cut. No call is touched. Safe from any task.
///
/// ```
/// in force ──swap──► made ──► tried on itself ──► in force, next generation        fails anywhere ──► as before
/// ```
public final class LiveCredentials: Sendable {
    private struct State {
        var contexts: SecurityContexts
        var generation = 1
        var users: [ObjectIdentifier: any CredentialsUser] = [:]
    }

    /// Whom every connection refuses.
    package let gate = AdmissionGate()
    private let state: Mutex<State>

    /// Starts with credentials that are not tried on themselves: a node that nobody will talk to has to be able to say so. Throws for what
    /// OpenSSL refuses. Takes 0.3 ms.
    public init(_ credentials: NodeCredentials) throws(SwapError) {
        let contexts = try SecurityContexts(credentials, gate: gate)
        contexts.beginUse()
        state = Mutex(State(contexts: contexts))
    }

    /// What new connections are made with.
    public var credentials: NodeCredentials { state.withLock { $0.contexts.credentials } }

    /// How many sets of credentials there have been, the first included.
    public var generation: Int { state.withLock { $0.generation } }

    /// Whom the node's certificate names: the same for life.
    public var identity: PeerIdentity { credentials.identity }

    /// Replaces what new connections show and believe; returns the new generation. Peers that could not be reached are tried again at once.
    ///
    /// The new credentials first shake hands with themselves in memory, in both roles. When that fails, or they name another node, nothing
    /// changes, and the error says what failed. Some milliseconds, on no loop, wherever it is called.
    public func swap(to next: NodeCredentials) async throws(SwapError) -> Int {
        let current = identity
        guard next.identity == current else {
            throw SwapError(.identity, "the certificate is of \(next.identity), this node is \(current)")
        }
        let prepared = try await prepare(next)
        if let failure = prepared.trialFailure { throw failure }
        return use(prepared)
    }

    /// Makes the contexts of other credentials and tries them on themselves; changes nothing. Throws when they name another node, or when
    /// no contexts can be made of them; that a handshake fails is told in the result. Some milliseconds, on no loop, wherever it is called.
    package func prepare(_ next: NodeCredentials) async throws(SwapError) -> PreparedCredentials {
        let current = identity
        guard next.identity == current else {
            throw SwapError(.identity, "the certificate is of \(next.identity), this node is \(current)")
        }
        let gate = gate
        return try await QuietThread.run { () throws(SwapError) in try Self.tried(next, gate) }
    }

    /// Puts in force what `prepare` has made, also what failed its trial: a node that is locked out anyway has nothing to lose. Returns the
    /// new generation.
    package func use(_ prepared: PreparedCredentials) -> Int { use(prepared.contexts) }

    private static func tried(_ next: NodeCredentials, _ gate: AdmissionGate) throws(SwapError) -> PreparedCredentials {
        let contexts = try SecurityContexts(next, gate: gate)
        do throws(SwapError) {
            try SelfTrial.run(contexts)
            return PreparedCredentials(contexts: contexts, trialFailure: nil)
        } catch {
            return PreparedCredentials(contexts: contexts, trialFailure: error)
        }
    }

    private func use(_ contexts: SecurityContexts) -> Int {
        contexts.beginUse()
        let (generation, users) = state.withLock { state in
            state.contexts = contexts
            state.generation += 1
            return (state.generation, Array(state.users.values))
        }
        for user in users { user.credentialsChanged() }
        return generation
    }

    // MARK: Denial

    /// Refuses, from now on, every peer for which `question` has a reason (nil: nobody), in place of the question before: in handshakes,
    /// also those under way, and in calls of connections that live. Then cuts the connections of such peers as `cut` does.
    ///
    /// Peers that were refused before and are not any more are tried again at once.
    ///
    /// - Parameters:
    ///   - newcomers: asked besides, in handshakes only: connections that live are not ended by it.
    ///   - confinement: what peers that are let in are confined to. A connection asks at its handshake and after each change.
    package func deny(
        _ question: AdmissionGate.Question?, newcomers: AdmissionGate.NewcomerQuestion? = nil, confinement: AdmissionGate.Confinement? = nil
    ) async -> CutReport {
        setDenial(question, newcomers: newcomers, confinement: confinement)
        for user in users { user.credentialsChanged() }
        guard let question else { return .nothing }
        return await cut(question)
    }

    /// The first part of `deny`: for a node that starts, before anybody uses it.
    package func setDenial(
        _ question: AdmissionGate.Question?, newcomers: AdmissionGate.NewcomerQuestion? = nil, confinement: AdmissionGate.Confinement? = nil
    ) {
        gate.replace(with: question, newcomers: newcomers, confinement: confinement)
    }

    /// Ends every connection of the node's servers and channels whose verified peer `why` has a reason for, each open call with that
    /// reason. New ones may come, unless `deny` has said otherwise.
    package func cut(_ why: @escaping AdmissionGate.Question) async -> CutReport {
        let users = users
        return await withTaskGroup(of: CutReport.self) { tasks in
            for user in users { tasks.addTask { await user.cut(why) } }
            return await tasks.reduce(into: .nothing) { $0.add($1) }
        }
    }

    /// Has connections of the node's servers and channels take no new calls that `which` names: those that are under way
    /// end by themselves, new ones go to other connections. No call is touched. What is left then is for `cut`.
    package func drain(_ which: @escaping @Sendable (ConnectionTrust) -> Bool) async {
        for user in users { await user.drain(which) }
    }

    /// Connections of the node's servers and channels whose verified peer `which` names, and their calls; changes nothing.
    package func count(_ which: @escaping @Sendable (VerifiedPeer) -> Bool = { _ in true }) async -> ConnectionCount {
        var count = ConnectionCount()
        for user in users { count.add(await user.count(which)) }
        return count
    }

    /// How the connections of the node's servers and channels are whose verified peer `which` names; in no order.
    package func figures(_ which: @escaping @Sendable (VerifiedPeer) -> Bool = { _ in true }) async -> [ConnectionFigures] {
        var figures: [ConnectionFigures] = []
        for user in users { figures += await user.figures(which) }
        return figures
    }

    // MARK: For connections and those that make them

    func context(_ role: TLSRole) -> TLSContext {
        state.withLock { role == .server ? $0.contexts.server : $0.contexts.client }
    }

    func join(_ user: any CredentialsUser) {
        state.withLock { $0.users[ObjectIdentifier(user)] = user }
    }

    func leave(_ user: any CredentialsUser) {
        // Let go outside the lock: it may be the last reference.
        _ = state.withLock { $0.users.removeValue(forKey: ObjectIdentifier(user)) }
    }

    private var users: [any CredentialsUser] { state.withLock { Array($0.users.values) } }
}
