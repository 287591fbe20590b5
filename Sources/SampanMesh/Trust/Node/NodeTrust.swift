internal import SampanAPI
internal import SampanCrypto
internal import SampanDomain
internal import SampanRPC
package import SampanTransport
internal import Synchronization

/// A node's part in the region's trust: follows the authority's epochs, holds the certificate and renews it, refuses whom the epoch denies.
///
/// ```
/// folder ──read──► credentials, gate            platform ◄──FollowEpochs (GetEpoch while it is down), Renew── this node
///                      ▲                                            │
///                      └── swap · deny · cut ◄── EpochFollower ◄────┘      identity.pem changed on the disk ──► swap
/// ```
/// Give `credentials` to every server and channel of the node, then `run`. What the disk says is in force from `init` on: also the denials.
/// Safe from any task.
package final class NodeTrust: Sendable {
    struct State {
        var follower: EpochFollower
        var schedule: RenewalSchedule
        /// Of the epoch in force.
        var admission: NodeAdmission?
        /// Tried last, for `apply`.
        var prepared: PreparedCredentials?
        /// To the stream that is there.
        var outbox: AsyncStream<TrustV1.FollowEpochsRequest>.Continuation?
        /// Said again on every new stream: the last may have gone down with it.
        var acknowledgement: TrustV1.EpochAcknowledgement?
        /// A request for a certificate that may have been answered without our hearing of it.
        var renewal: PendingRenewal?
        var isAsked = false
        var applied: (number: UInt64, hash: [UInt8])?
        var appliedIssuedAt: UnixTime?
        /// When the platform was last heard, or else this began (uptime).
        var lastHeard: Int64
        var policyHash: [UInt8] = []
        /// Since when connections hang on an issuer that is gone (uptime); nil when none did.
        var retiredSince: Int64?
        var isUp = false
        var unreachable: String?
        var skew: Int64?
        var refusal: EpochRefusal?
        var denial: Denial?
        var outdated: UInt32?
        /// Problems of files, by file.
        var problems: [String: String] = [:]
        /// Warnings that were reported and still hold.
        var told: Set<NodeTrustWarning.Kind> = []
    }

    /// What the node's servers and channels are made with.
    package let credentials: LiveCredentials
    let folder: NodeTrustFolder
    let settings: NodeTrustSettings
    let time: NodeTrustTime
    let random: @Sendable () -> UInt64
    let report: @Sendable (NodeTrustEvent) -> Void
    let group: EventLoopGroup
    let channel: ClientChannel
    let state: Mutex<State>
    /// One event of the follower at a time, with everything that it asks for.
    let turnstile = Turnstile()
    /// An epoch is missing.
    let pullNudge = Nudge()
    /// There is a reason to look at the schedule.
    let renewalNudge = Nudge()
    /// There is a reason to open the stream anew, or at once.
    let streamNudge = Nudge()

    /// Silence of the platform after which it is asked whether it is there, while the stream is open. 10 s, and half of that for the
    /// answer: pulls begin as soon after a line is dead as they follow each other.
    private static let keepalive: (interval: Duration, timeout: Duration) = (.seconds(10), .seconds(5))

    /// Reads the folder; blocks on the disk. Throws for one that a node cannot start from: see `NodeTrustFolder.read`.
    ///
    /// - Parameters:
    ///   - group: its loops carry the channel to the platform.
    ///   - random: 64 random bits, each time: jitter and names of requests.
    ///   - report: what happens, for a log; from any task, must not block.
    package init(
        folder: NodeTrustFolder, trustDomain: String? = nil, group: EventLoopGroup, settings: NodeTrustSettings, time: NodeTrustTime,
        random: @escaping @Sendable () -> UInt64 = { .random(in: 0 ... .max) }, report: @escaping @Sendable (NodeTrustEvent) -> Void
    ) throws(NodeTrustFolderError) {
        // What is half written there is the other process's.
        if !settings.isCompanion { try folder.prepare() }
        let contents = try folder.read(trustDomain: trustDomain)
        let start = contents.credentials
        do throws(SwapError) { credentials = try LiveCredentials(start) } catch {
            throw NodeTrustFolderError(.unusable, error.description)
        }
        self.folder = folder
        self.settings = settings
        self.time = time
        self.random = random
        self.report = report
        self.group = group
        var habits = ChannelConfiguration()
        habits.keepaliveInterval = Self.keepalive.interval
        habits.keepaliveTimeout = Self.keepalive.timeout
        channel = ClientChannel(
            group: group, endpoints: settings.platform, credentials: credentials, role: .platform, configuration: habits)
        let follower = EpochFollower(
            own: EpochFollower.Own(start), written: contents.epoch, firstRoots: start.roots.map(\.der),
            protocolLevel: settings.protocolLevel, verifier: ChainEpochVerifier(wall: time.wall))
        state = Mutex(State(follower: follower, schedule: Self.schedule(start, time, random), lastHeard: time.uptime()))
        if let problem = contents.epochProblem {
            state.withLock { $0.problems[folder.epochFile] = problem }
            report(.epochFileBroken(problem))
        }
        if let epoch = contents.epoch { try begin(with: epoch.epoch) }
    }

    /// From the first connection on, and not only when `run` has come so far, those are refused whom the node knew to be denied.
    private func begin(with epoch: TrustEpoch) throws(NodeTrustFolderError) {
        do throws(EpochError) {
            let admission = try admission(epoch)
            state.withLock { $0.admission = admission }
            setDenial(admission)
            settings.takeRoutes(epoch.directory)
        } catch {
            throw NodeTrustFolderError(.badTrust, error.description)
        }
    }

    private static func schedule(
        _ credentials: NodeCredentials, _ time: NodeTrustTime, _ random: @escaping @Sendable () -> UInt64
    ) -> RenewalSchedule {
        let window = UnixWindow(credentials.leaf)
        var jitter = DrawnRandom(draw: random)
        return RenewalSchedule(notBefore: window.start, notAfter: window.end, now: time.moment, jitter: &jitter)
    }

    /// Follows, renews and watches until its task is cancelled; once. The servers and channels of the node may be used before, meanwhile
    /// and after.
    package func run() async {
        await handle(.started, arrived: time.uptime())
        await withTaskGroup(of: Void.self) { tasks in
            if !self.settings.isCompanion {
                tasks.addTask { await self.follow() }
                tasks.addTask { await self.renewals() }
            }
            tasks.addTask { await self.pulls() }
            tasks.addTask { await self.watchFiles() }
            tasks.addTask { await self.watchWarnings() }
            await tasks.waitForAll()
        }
        await channel.shutdown(grace: .zero)
    }

    /// How the node stands now.
    package func status() async -> NodeTrustStatus {
        let count = await credentials.count()
        let leaf = credentials.credentials.leaf
        var status = NodeTrustStatus(identity: credentials.identity, certificateEndsAt: UnixWindow(leaf).end)
        status.serial = leaf.serial
        status.issuerKeyID = leaf.issuerKeyID
        status.connections = count.connections
        status.streams = count.streams
        status.warnings = warnings()
        let now = time.uptime()
        state.withLock { state in
            status.epochIssuedAt = state.appliedIssuedAt
            status.silenceNanoseconds = state.isUp ? 0 : max(0, now &- state.lastHeard)
            status.epochNumber = state.applied?.number ?? 0
            status.epochHash = state.applied?.hash ?? []
            status.skewNanoseconds = state.skew
            status.isConnected = state.isUp
        }
        return status
    }

    var client: TrustV1.TrustServiceClient { TrustV1.TrustServiceClient(channel) }
}

/// From when until when a certificate is valid.
struct UnixWindow {
    let start: UnixTime
    let end: UnixTime

    /// One whose dates cannot be read has ended: it is renewed at once.
    init(_ certificate: Certificate) {
        let validity = certificate.validity
        start = validity.flatMap { try? UnixTime(seconds: $0.notBefore) } ?? UnixTime(nanoseconds: 0)
        end = validity.flatMap { try? UnixTime(seconds: $0.notAfter) } ?? UnixTime(nanoseconds: validity == nil ? 0 : .max)
    }
}
