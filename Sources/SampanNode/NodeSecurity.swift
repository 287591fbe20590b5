internal import Logging
internal import SampanCrypto
internal import SampanDomain
internal import SampanMesh
internal import SampanRPC
internal import SampanTransport

/// What a node shows and whom it believes, kept as the disk or the region says while it runs.
struct NodeSecurity: Sendable {
    private enum Keeper: Sendable {
        case files(CredentialFiles)
        case trust(NodeTrust)
    }

    /// For the node's servers and channels.
    let credentials: LiveCredentials
    private let keeper: Keeper
    private let group: EventLoopGroup
    private let log: Logger

    /// Reads the files; blocks on the disk. Throws for what a node of this role cannot start from.
    /// - Parameter isCompanion: another process of the same node keeps the folder.
    init(
        _ settings: NodeSettings, as role: PeerIdentity.Role, isCompanion: Bool = false, policy: NodePolicy = NodePolicy(),
        takeRoutes: @escaping @Sendable (EpochDirectory) -> Void = { _ in }, group: EventLoopGroup, log: Logger
    ) throws {
        // Also where a folder is read: for the role.
        let start = try settings.credentials(as: role)
        self.group = group
        self.log = log
        switch settings.source {
        case .files(let files):
            credentials = try LiveCredentials(start)
            keeper = .files(files)
        case .folder(let folder, let platform):
            var trustSettings = Self.settings(platform)
            trustSettings.isCompanion = isCompanion
            trustSettings.policy = policy
            trustSettings.takeRoutes = takeRoutes
            let trust = try Self.trust(folder, settings.trustDomain, trustSettings, group, log)
            credentials = trust.credentials
            keeper = .trust(trust)
        }
    }

    /// For a platform node, which lets in those who come back. Reads the folder; throws as the other does.
    init(
        folder: NodeTrustFolder, as role: PeerIdentity.Role, platform: [HostAndPort], returning: ReturningNodes, policy: NodePolicy,
        takeRoutes: @escaping @Sendable (EpochDirectory) -> Void = { _ in }, group: EventLoopGroup, log: Logger
    ) throws {
        var trustSettings = Self.settings(platform)
        trustSettings.returning = returning
        trustSettings.policy = policy
        trustSettings.takeRoutes = takeRoutes
        let trust = try Self.trust(folder, nil, trustSettings, group, log)
        try NodeSettings.check(trust.credentials.identity, role, folder.identityFile)
        self.group = group
        self.log = log
        credentials = trust.credentials
        keeper = .trust(trust)
    }

    private static func settings(_ platform: [HostAndPort]) -> NodeTrustSettings {
        NodeTrustSettings(platform: platform.map { Endpoint($0) }, protocolLevel: ProtocolLevel.spoken, version: ProgramVersion.text)
    }

    private static func trust(
        _ folder: NodeTrustFolder, _ trustDomain: String?, _ settings: NodeTrustSettings, _ group: EventLoopGroup, _ log: Logger
    ) throws(NodeTrustFolderError) -> NodeTrust {
        try NodeTrust(
            folder: folder, trustDomain: trustDomain, group: group, settings: settings, time: .system(wall: WallClock.now)
        ) { tell($0, log) }
    }

    /// Nil where files are kept by somebody else, and there is no trust to tell about.
    func desk(drainer: any NodeDrainer, _ failures: @escaping @Sendable () -> HandshakeFailures?) -> NodeDesk? {
        guard case .trust(let trust) = keeper else { return nil }
        return NodeDesk(trust: trust, drainer: drainer, failures: failures)
    }

    /// How the node stands in the region's trust; nil where files are kept by somebody else.
    func trustStatus() async -> NodeTrustStatus? {
        guard case .trust(let trust) = keeper else { return nil }
        return await trust.status()
    }

    /// Of the node's own certificate; 1970 for one whose dates cannot be read.
    var certificateEnd: UnixTime {
        let seconds = credentials.credentials.leaf.validity?.notAfter ?? 0
        return (try? UnixTime(seconds: seconds)) ?? UnixTime(nanoseconds: .max)
    }

    /// Keeps `credentials` until its task is cancelled.
    func keep() async {
        switch keeper {
        case .trust(let trust): await trust.run()
        case .files(let files):
            await files.watch(for: credentials, on: group, clock: ContinuousClock()) { [log] event in
                switch event {
                case .swapped(let generation):
                    log.notice("other credentials are in force", metadata: ["generation": "\(generation)"])
                case .broken(let problem): log.error("changed credential files are not taken", metadata: ["problem": "\(problem)"])
                }
            }
        }
    }

    private static func tell(_ event: NodeTrustEvent, _ log: Logger) {
        switch event {
        case .connected: log.info("the platform's stream of trust is there")
        case .disconnected(let why): log.notice("the platform's stream of trust is gone", metadata: ["reason": "\(why)"])
        case .epochApplied(let number, let cut):
            log.notice(
                "an epoch is in force",
                metadata: [
                    "epoch": "\(number)", "connections-cut": "\(cut.connections)", "streams-cut": "\(cut.streams)",
                    "ms": "\(cut.milliseconds)",
                ])
        case .epochRefused(let refusal):
            var isFork = false
            if case .fork = refusal.reason { isFork = true }
            log.log(
                level: isFork ? .critical : .error, "an epoch is not taken",
                metadata: ["epoch": "\(refusal.number)", "reason": "\(refusal.detail)"])
        case .epochFileBroken(let problem), .identityFileBroken(let problem), .notWritten(let problem):
            log.error("a file of the trust folder", metadata: ["problem": "\(problem)"])
        case .denied(let denial): log.critical("the region refuses this node", metadata: ["reason": "\(denial.reason): \(denial.message)"])
        case .outdated(let level): log.critical("this program is older than the region lets in", metadata: ["protocol": "\(level)"])
        case .certificateChanged(let serial, let isRenewal):
            log.notice(
                "another certificate is in force",
                metadata: ["serial": "\(serial.map { "\($0)" } ?? "none")", "from": isRenewal ? "renewal" : "disk"])
        case .renewalFailed(let why): log.error("the certificate was not renewed", metadata: ["reason": "\(why)"])
        case .warning(let warning): log.warning("trust", metadata: ["warning": "\(warning)"])
        }
    }
}
