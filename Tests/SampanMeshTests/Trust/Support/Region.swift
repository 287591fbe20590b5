import SampanDomain
import SampanMesh
import SampanRPC
import SampanTestSupport
import Testing

/// A region without sockets, disks and clocks: one authority, some nodes, and mail between them that is late, lost and doubled. Everything
/// that happens is one call of a method, so that a test decides the order.
struct Region {
    static let second: Int64 = 1_000_000_000

    /// Where a command is torn off.
    enum Crash {
        /// Decided, not durable.
        case beforeJournal
        /// Durable, and nobody was told.
        case afterJournal
    }

    var random: SeededRandom
    private(set) var state = AuthorityState()
    /// What the state was after each entry of the journal.
    private(set) var snapshots: [AuthorityState] = []
    private(set) var journal: [AuthorityJournalEntry] = []
    /// The bytes of epoch n at n - 1.
    private(set) var epochs: [[UInt8]] = []
    private(set) var bridges: [[UInt8]] = []
    var presence = NodePresence(startedAt: 0)
    private(set) var uptime: Int64 = 0
    var nodes: [RegionNode] = []
    var mail: [RegionMail] = []
    /// Issuer and root (DER) of every issuer that there ever was, by key identifier.
    private(set) var issuers: [[UInt8]: (issuer: [UInt8], root: [UInt8])] = [:]
    private var made: UInt64 = 0
    /// Long runs do without.
    let keepsHistory: Bool

    /// Founded, and every node enrolled and caught up.
    init(seed: UInt64, nodes count: Int, keepsHistory: Bool = true) throws {
        random = SeededRandom(seed: seed)
        self.keepsHistory = keepsHistory
        let root = try makeRoot()
        let issuer = try makeIssuer(under: root)
        try decide(.found(trustDomain: EpochFixture.domain, root: root, issuer: issuer, settings: AuthoritySettings()))
        for index in 0..<count { try enroll(EpochFixture.node("n\(index)", institution: "469901000\(index % 3)")) }
        settle()
    }

    var now: UnixTime { UnixTime(nanoseconds: 1_800_000_000_000_000_000 + uptime) }

    // MARK: What is made outside of the machines

    private mutating func makeID(_ word: String) -> [UInt8] {
        made += 1
        return Array("\(word)-\(made)".utf8)
    }

    private mutating func makeRoot() throws -> AuthorityCertificate {
        let id = makeID("root")
        return try AuthorityCertificate(
            certificate: id, keyID: id, parentKeyID: id, endsAt: now.advanced(byNanoseconds: 3_650 * 86_400 * Self.second))
    }

    private mutating func makeIssuer(under root: AuthorityCertificate) throws -> AuthorityCertificate {
        let id = makeID("issuer")
        issuers[id] = (id, root.certificate)
        return try AuthorityCertificate(
            certificate: id, keyID: id, parentKeyID: root.keyID, endsAt: now.advanced(byNanoseconds: 365 * 86_400 * Self.second))
    }

    /// What a `prepare` of this kind brings.
    mutating func material(_ kind: Rollover.Kind) throws -> RolloverMaterial {
        let active = try #require(state.activeRoot)
        guard kind == .root else { return RolloverMaterial(root: nil, issuer: try makeIssuer(under: active), bridge: nil) }
        let root = try makeRoot()
        return RolloverMaterial(
            root: root, issuer: try makeIssuer(under: root), bridge: FakeSigner.bridge(to: root.certificate, from: active.certificate))
    }

    private mutating func makeCertificate(for identity: PeerIdentity, request: [UInt8]) throws -> IssuedCertificate {
        made += 1
        let issuer = try #require(state.activeIssuer)
        return try IssuedCertificate(
            identity: identity, name: CertificateName(issuerKeyID: issuer.keyID, serial: EpochFixture.serial(made)),
            endsAt: now.advanced(byNanoseconds: 30 * 86_400 * Self.second), requestHash: request, certificate: [1])
    }

    private mutating func enroll(_ identity: PeerIdentity) throws {
        let token = random.bytes(32)
        try decide(.createToken(try EnrollmentToken(hash: token, identity: identity, expiresAt: now.advanced(byNanoseconds: Self.second))))
        let certificate = try makeCertificate(for: identity, request: random.bytes(32))
        try decide(.enroll(token: token, certificate))
        nodes.append(RegionNode(identity: identity, certificate: certificate))
        start(nodes.count - 1)
        mail.append(.epoch(to: nodes.count - 1, try signed(state.epochNumber)))
    }

    // MARK: Authority

    /// Whether it changed something. A crash is one of the whole authority.
    @discardableResult
    mutating func decide(_ command: AuthorityCommand, crash: Crash? = nil) throws -> Bool {
        let circumstances = AuthorityCircumstances(actor: "test", now: now, uptime: uptime, presence: presence)
        guard let record = try state.decide(command, circumstances) else { return false }
        if crash == .beforeJournal {
            try restartAuthority()
            return false
        }
        if keepsHistory {
            journal.append(
                try AuthorityJournalEntry(record, after: journal.last?.number ?? 0, journal.last?.hash ?? AuthorityJournalEntry.noHash))
        }
        state.apply(record)
        if keepsHistory { snapshots.append(state) }
        if let epoch = record.epoch {
            epochs.append(epoch.bytes)
            bridges = try TrustEpoch(serialized: epoch.bytes).bridges
            if crash == nil {
                for index in nodes.indices where nodes[index].isOnline { mail.append(.epoch(to: index, try signed(epoch.number))) }
            }
        }
        if crash == .afterJournal { try restartAuthority() }
        return true
    }

    /// Any epoch, signed now.
    func signed(_ number: UInt64) throws -> SignedEpoch {
        try FakeSigner.sign(epochs[Int(number) - 1], root: try #require(state.activeRoot).certificate, bridges: bridges)
    }

    /// kill -9 and a start: what is left is the journal.
    mutating func restartAuthority() throws {
        try #require(keepsHistory)
        state = try AuthorityJournal.replay(journal)
        presence = NodePresence(startedAt: uptime)
        mail = []
    }

    /// One verb, now; `plan` repeats the last number.
    @discardableResult
    mutating func command(_ verb: Rollover.Verb, kind: Rollover.Kind, crash: Crash? = nil) throws -> Bool {
        let number = state.rollover?.number ?? 1
        switch verb {
        case .plan: return try decide(.plan(rollover: number, kind), crash: crash)
        case .prepare: return try decide(.prepare(rollover: number, material(kind)), crash: crash)
        default: return try decide(.advance(rollover: number, verb), crash: crash)
        }
    }

    /// One verb, after all who are there have caught up.
    @discardableResult
    mutating func advance(_ verb: Rollover.Verb, kind: Rollover.Kind) throws -> Bool {
        settle()
        return try command(verb, kind: kind)
    }

    func gate() -> RolloverGate? {
        state.rolloverGate(AuthorityCircumstances(actor: "test", now: now, uptime: uptime, presence: presence))
    }

    /// What the authority does with a node's mail.
    mutating func receive(_ mail: RegionMail) throws {
        let node = nodes[mail.node]
        // A denied node is let in nowhere.
        guard !isDenied(mail.node) else { return }
        presence.saw(node.identity, at: uptime)
        switch mail {
        case .report(let index, let number, let hash, let issuer):
            try decide(.acknowledge(node.identity, number: number, hash: hash, issuerKeyID: issuer))
            let answer: RegionMail = number < state.epochNumber ? .epoch(to: index, try signed(number + 1)) : .upToDate(to: index)
            self.mail.append(answer)
        case .ask(let index, let number):
            if number <= state.epochNumber { self.mail.append(.epoch(to: index, try signed(number))) }
        case .renew(let index, let name, let request):
            let certificate = try makeCertificate(for: node.identity, request: request)
            try decide(.renew(over: name, certificate))
            self.mail.append(.certificate(to: index, certificate))
        case .epoch, .certificate, .upToDate: break
        }
    }

    // MARK: Time

    /// Time goes on; who is online is heard of.
    mutating func pass(seconds: Int64) {
        uptime += seconds * Self.second
        for node in nodes where node.isOnline { presence.saw(node.identity, at: uptime) }
    }

    // MARK: Invariant

    /// Whether the authority takes the node for one that is there.
    func isPresent(_ index: Int) -> Bool {
        let identity = nodes[index].identity
        guard let known = state.nodes[identity], known.acknowledged > 0, !known.isLeftBehind else { return false }
        return !presence.isAbsent(identity, at: uptime) && !isDenied(index)
    }

    func isDenied(_ index: Int) -> Bool { state.denial(of: nodes[index].identity, certificate: nil, at: now) != nil }

    /// Whether a chain of this issuer and root (DER) is good under an epoch.
    static func believes(_ epoch: TrustEpoch, _ issuer: [UInt8], _ root: [UInt8]) -> Bool {
        epoch.issuers.contains { $0.certificate == issuer } && epoch.roots.contains { $0.certificate == root }
    }

    /// A pair of nodes that are there, of which the second does not believe the first; nil when there is none.
    func broken() throws -> String? {
        let present = nodes.indices.filter { isPresent($0) && nodes[$0].inForce != nil }
        for shown in present {
            let (issuer, root) = try #require(issuers[nodes[shown].certificate.name.issuerKeyID])
            for other in present {
                guard let epoch = nodes[other].inForce?.epoch else { continue }
                if !Self.believes(epoch, issuer, root) {
                    return "n\(shown) shows \(String(decoding: issuer, as: UTF8.self)), which epoch \(epoch.number) of n\(other) has not"
                }
            }
        }
        return nil
    }
}
