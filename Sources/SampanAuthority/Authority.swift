internal import SampanAPI
internal import SampanCrypto
package import SampanDomain
package import SampanMesh
internal import SampanRPC
package import SampanStorage
internal import Synchronization

/// The authority of one region: its journal, its keys, and the nodes that follow it. Safe to use from any task.
///
/// ```
///  command ──► decided on the newest journal ──► durable ──► applied ──► only then: answers go out, epochs are pushed
/// ```
///
/// Two may use one folder, also in two processes: the platform node that serves it, and an admin's command beside it. What one appends the
/// other takes in before it decides, and pushes within `AuthorityConfiguration.watchInterval`.
package final class Authority: Sendable {
    package let folder: AuthorityFolder
    package let configuration: AuthorityConfiguration
    let clock: AuthorityClock
    let store: AuthorityStore
    let keys: AuthorityKeys
    let facts: NodeFacts
    let followers = FollowerTable()
    let estimates = CutEstimates()
    let renewals: RenewalAllowance
    let signer = Mutex<EpochSigner?>(nil)
    /// Epochs that were signed lately, by number, and by which signer and newest epoch.
    let signed = SignedEpochs()

    /// Opens what `found` has made: verifies the whole journal, and decrypts the keys that are awake (0.2 s each, on a thread of its own).
    ///
    /// Throws `absent`, `journal` (which names the entry), `crypto` (`wrongPassphrase`), `keyMissing`, `storage`.
    package init(
        folder: AuthorityFolder, passphrases: AuthorityPassphrases, configuration: AuthorityConfiguration = AuthorityConfiguration(),
        clock: AuthorityClock, options: SQLiteOptions = SQLiteOptions()
    ) async throws(AuthorityError) {
        guard WholeFile.exists(folder.journal) else { throw .absent(folder.path) }
        let store = try await AuthorityStore.open(path: folder.journal, options: options)
        self.folder = folder
        self.configuration = configuration
        self.clock = clock
        self.store = store
        keys = AuthorityKeys(folder: folder, passphrases: passphrases, cost: configuration.keyCost)
        let uptime = clock.uptime()
        facts = NodeFacts(startedAt: uptime, absenceLimit: configuration.absenceLimit)
        renewals = RenewalAllowance(perSecond: configuration.renewalsPerSecond, burst: configuration.renewalBurst, at: uptime)
        do throws(AuthorityError) {
            guard !state.trustDomain.isEmpty else { throw .absent(folder.path) }
            try await openKeys()
        } catch {
            await store.close()
            throw error
        }
        let followers = followers
        store.onChange { _ in followers.wakeAll() }
    }

    /// The newest state that this process knows of.
    package var state: AuthorityState { store.snapshot.state }

    /// What its clock on the wall says.
    package var now: UnixTime { clock.wall() }

    /// Ends the streams of those who follow now; they ask again, here or elsewhere.
    package func endFollowing() {
        for follower in followers.all { follower.end() }
    }

    /// Finishes accepted work and closes the journal.
    package func close() async {
        endFollowing()
        await store.close()
    }

    func circumstances(_ actor: String) -> AuthorityCircumstances {
        AuthorityCircumstances(actor: actor, now: clock.wall(), uptime: clock.uptime(), presence: facts.presence)
    }

    /// The one way in which anything changes.
    func execute(
        by actor: String, request: RequestKey? = nil,
        _ command: @escaping @Sendable (AuthorityState, UnixTime) throws(AuthorityError) -> AuthorityCommand?,
        answer: @escaping @Sendable (AuthorityChange) throws(AuthorityError) -> [UInt8] = { _ in [] }
    ) async throws(AuthorityError) -> AuthorityOutcome {
        try await store.execute(
            request: request, circumstances: { [self] in circumstances(actor) }, command: command, answer: answer)
    }

    /// A command that nothing has to be known for. Throws `refused`, `journal`, `storage`.
    @discardableResult
    package func execute(_ command: AuthorityCommand, by actor: String) async throws(AuthorityError) -> AuthorityChange {
        let outcome = try await execute(by: actor, { _, _ throws(AuthorityError) in command })
        guard case .done(let change, _) = outcome else { return AuthorityChange(record: nil, state: state) }
        return change
    }

    /// What a command would change; changes nothing. Throws `refused`, `journal`, `storage`.
    package func preview(_ command: AuthorityCommand, by actor: String) async throws(AuthorityError) -> AuthorityRecord? {
        let state = try await store.refresh().state
        do throws(AuthorityRefusal) { return try state.decide(command, circumstances(actor)) } catch { throw .refused(error) }
    }

    /// Opens the keys that the state names and that are not open yet.
    func openKeys() async throws(AuthorityError) {
        let (keys, state) = (keys, state)
        let issuers = (state.issuerCertificates + (state.preparedMaterial.map { [$0.issuer] } ?? [])).filter { keys.key($0.keyID) == nil }
        let roots = keys.canWakeRoot ? state.rootCertificates.filter { keys.key($0.keyID) == nil } : []
        guard !issuers.isEmpty || !roots.isEmpty else { return }
        try await store.blocking {
            for issuer in issuers { try keys.open(for: issuer, .working) }
            for root in roots { try keys.open(for: root, .root) }
            try keys.prepareToKeep()
        }
    }
}
