internal import Foundation
internal import SampanAPI
internal import SampanAuthority
internal import SampanMesh
internal import SampanNode
internal import SampanRPC
internal import SampanTestSupport
internal import SampanTransport

/// A region that its nodes' trust is proved in: a platform node with its authority, and institutions that call each other without end,
/// each a process of its own.
final class TrafficRegion: Sendable {
    /// One institution's node.
    struct Member: Sendable {
        let identity: PeerIdentity
        let process: ManagedProcess
        let folder: String
        /// To its control service: in the clear, since a node that nobody lets in has to be asked as well.
        let control: ClientChannel

        var name: String { identity.node }
    }

    /// How a region is made.
    struct Options: Sendable {
        var members = 12
        /// How many others each node calls.
        var peersEach = 3
        var callers = 1
        /// Keeps two cores busy without a queue that only grows (measured: Docs/Operations.md).
        var pauseMicroseconds = 2_000
        /// Of a node's certificate.
        var certificateLife = "720h"
        var absenceLimit = "600s"
        /// Divides the times over which nodes spread what they do for a rollover. 1: as they are.
        var haste = 1
    }

    let directory: String
    let platform: ManagedProcess
    let members: [Member]
    let admin: TrustAdmin
    private let programs: String
    private let group: EventLoopGroup
    private let adminChannel: ClientChannel
    /// The admin follows as every node does: a change of the issuer would lock it out otherwise.
    private let adminTrust: NodeTrust
    private let following = Following()
    private let enrollPort: UInt16
    /// How many others each node calls.
    private let peersEach: Int
    private let reserved: [ReservedPort]

    static let trustDomain = "region.sampan.test"
    static let platformName = "spiffe://region.sampan.test/platform/4699010000/platform"

    /// Founds the authority, starts the platform, enrolls every node, and starts nothing else yet. Ends what it started when it throws.
    init(directory: String, programs: String, options: Options) async throws {
        self.directory = directory
        self.programs = programs
        peersEach = min(options.peersEach, options.members - 1)
        let ports = try (0..<2 * options.members + 2).map { _ in try ReservedPort() }
        reserved = ports
        let (platformPort, enrollPort) = (ports[0].port, ports[1].port)
        self.enrollPort = enrollPort
        let founded = FoundedPlatform(
            directory: directory, programs: programs, trustDomain: Self.trustDomain, port: platformPort, enrollPort: enrollPort)
        platform = try await founded.found(
            authority: ["certificate-life: \(options.certificateLife)", "absence-limit: \(options.absenceLimit)"])
        group = try EventLoopGroup(count: 1)
        let platformEndpoint = Endpoint(host: "127.0.0.1", port: platformPort)
        var settings = NodeTrustSettings(platform: [platformEndpoint], version: "harness")
        // Gates wait for no admin, who is to be able to open the next.
        settings.renewalSpread = .zero
        adminTrust = try NodeTrust(
            folder: NodeTrustFolder(path: "\(directory)/admin"), group: group,
            settings: settings, time: .system(wall: WallClock.now)
        ) { _ in }
        adminChannel = ClientChannel(group: group, endpoints: [platformEndpoint], credentials: adminTrust.credentials)
        admin = TrustAdmin(authority: TrustV1.AuthorityServiceClient(adminChannel))
        let identities = try (0..<options.members).map { try Self.identity($0) }
        var members: [Member] = []
        for (index, identity) in identities.enumerated() {
            let (port, controlPort) = (ports[index + 2].port, ports[index + 2 + options.members].port)
            let folder = "\(directory)/\(identity.node)"
            let peers = Self.steps.filter { $0 < options.members }.prefix(peersEach).map { step in
                let other = (index + step) % options.members
                return TrafficPlan.Peer(name: identities[other].node, port: ports[other + 2].port)
            }
            try TrafficPlan(
                folder: folder, port: port, controlPort: controlPort, platformPort: platformPort, peers: peers, callers: options.callers,
                pauseMicroseconds: options.pauseMicroseconds, haste: options.haste
            ).write(to: "\(folder).json")
            members.append(
                Member(
                    identity: identity,
                    process: ManagedProcess(
                        name: identity.node, program: "\(programs)/sampan-harness", arguments: ["traffic", "\(folder).json"],
                        logFile: "\(folder).log"),
                    folder: folder, control: ClientChannel(group: group, host: "127.0.0.1", port: controlPort, tls: nil)))
        }
        self.members = members
    }

    /// Distances on the ring of nodes: each node calls those, so that each is called by as many.
    private static let steps = [1, 2, 5, 3, 4, 7, 6, 8, 9, 10, 11]

    private static func identity(_ index: Int) throws -> PeerIdentity {
        let number = index < 9 ? "0\(index + 1)" : "\(index + 1)"
        return try PeerIdentity(
            trustDomain: trustDomain, role: index % 4 == 3 ? .center : .hospital, institution: "46990100\(number)", node: "node-\(number)")
    }

    /// Runs `body` in a region that is up, and takes it down after. What it leaves on disk is kept where the proof falls short.
    static func run(
        _ name: String, programs: String, options: Options, _ body: (TrafficRegion) async throws -> Verdict
    ) async throws -> Verdict {
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent("sampan-\(name)-\(UUID().uuidString)").path
        let region = try await TrafficRegion(directory: directory, programs: programs, options: options)
        do {
            try await region.start()
            let verdict = try await body(region)
            await region.stop()
            if verdict.isGood {
                try? FileManager.default.removeItem(atPath: directory)
            } else {
                print("the region's folder is kept: \(directory)")
            }
            return verdict
        } catch {
            await region.stop()
            print("the region's folder is kept: \(directory)")
            throw error
        }
    }

    func start() async throws {
        try await platform.start()
        let adminTrust = adminTrust
        following.start { await adminTrust.run() }
        for member in members { try await enroll(member, try await admin.ticket(for: member.identity)) }
        for member in members { try await member.process.start() }
        let names = Set(members.map(\.identity.uri))
        try await Waiting.value("every node to hold the newest epoch") {
            let list = try await admin.nodes()
            let current = list.nodes.filter { $0.acknowledged == list.epochNumber }.map(\.node)
            return names.isSubset(of: current) ? () : nil
        }
        // While they started, calls found nobody: what counts begins when each has had an answer of all that it calls.
        try await awaitAnswers { _ in }
    }

    /// Returns when every node has been answered by all that it calls, with no failure beside. A node that was away is believed to be
    /// back when it says so; its peers believe it with their next try to connect.
    /// - Parameter seen: what was reported until then, piece by piece.
    func awaitAnswers(_ seen: ([String: TrafficReport]) -> Void) async throws {
        var answered: [String: Set<String>] = [:]
        try await Waiting.value("every node to be answered by all that it calls", limit: .seconds(60), interval: .milliseconds(50)) {
            let reports = await reports()
            seen(reports)
            for (name, report) in reports {
                answered[name, default: []].formUnion(report.peers.filter { $0.value.calls > 0 && $0.value.failed == 0 }.keys)
            }
            return members.allSatisfy { answered[$0.name]?.count == peersEach } ? () : nil
        }
    }

    /// Gets the node a first certificate, or another one in the place of what it has.
    func enroll(_ member: Member, _ ticket: EnrollmentTicket) async throws {
        let enrollment = try NodeEnrollment(folder: NodeTrustFolder(path: member.folder), ticket: ticket, wall: WallClock.now)
        _ = try await enrollment.run(platform: [Endpoint(host: "127.0.0.1", port: enrollPort)], group: group, overwrite: true)
    }

    /// Gives a node that is not running a certificate that ends in some seconds, by the authority's own passphrase, beside the platform
    /// that serves it; returns when it has ended.
    func expire(_ member: Member) async throws {
        var configuration = AuthorityConfiguration()
        configuration.certificateLife = 5
        let authority = try await Authority(
            folder: AuthorityFolder("\(directory)/authority"),
            passphrases: AuthorityPassphrases(working: try PlatformConfiguration.passphrase(file: "\(directory)/working.pass"), root: nil),
            configuration: configuration, clock: .system)
        try await LocalEnrollment(authority).run(member.identity, into: NodeTrustFolder(path: member.folder), overwrite: true)
        await authority.close()
        try await Task.sleep(for: .seconds(6))
    }

    func stop() async {
        await following.stop()
        for member in members { await member.process.kill() }
        await platform.stop()
        await adminChannel.shutdown(grace: .zero)
        for member in members { await member.control.shutdown(grace: .zero) }
        await group.shutdown()
    }

    // MARK: What a proof asks of nodes

    /// What each node has counted since the last time, by its name; a node that does not answer is left out.
    func reports(of asked: [Member]? = nil) async -> [String: TrafficReport] {
        await withTaskGroup(of: (String, TrafficReport)?.self) { tasks in
            for member in asked ?? members {
                tasks.addTask { (try? await Self.report(member)).map { (member.name, $0) } }
            }
            return await tasks.reduce(into: [:]) { reports, entry in
                if let entry { reports[entry.0] = entry.1 }
            }
        }
    }

    func ownReport(_ member: Member) async throws -> TrafficReport { try await Self.report(member) }

    private static func report(_ member: Member) async throws -> TrafficReport {
        let reply = try await member.control.unary(
            TrafficControl.report, try FramedMessage(payload: []), CallOptions(timeout: .seconds(5), waitForReady: true))
        return try TrafficReport(json: reply.message)
    }

    func order(_ order: TrafficOrder, _ member: Member) async throws {
        _ = try await member.control.unary(
            TrafficControl.order, try FramedMessage(payload: Array(order.rawValue.utf8)),
            CallOptions(timeout: .seconds(30), waitForReady: true))
    }
}
