internal import Foundation
internal import SampanMesh
internal import SampanRPC
internal import SampanTransport

/// A region whose nodes are a mesh: a platform node, and nodes of hospitals and centres as `sampan serve` runs them, each a process of
/// its own, under the policy and with the settings that they have by themselves.
final class MeshRegion: Sendable {
    /// A hospital's or a centre's node.
    struct Node: Sendable {
        /// `role/institution/node`.
        let name: String
        /// Where it takes calls.
        let address: SocketAddress
        let process: ManagedProcess

        var institution: String { String(name.split(separator: "/")[1]) }
    }

    /// What a node's file says where others reach it.
    struct Plan: Sendable {
        /// `role/institution/node`.
        let name: String
        /// Lines to it, given where it listens; its own address where none is said.
        var lines: @Sendable (SocketAddress) throws -> [SocketAddress] = { [$0] }
    }

    static let trustDomain = "mesh.sampan.test"

    let directory: String
    let platform: ManagedProcess
    let nodes: [Node]
    let group: EventLoopGroup
    private let founded: FoundedPlatform
    private let reserved: [ReservedPort]

    /// Lays the region out, each node with a certificate of its own. Nothing is started yet.
    init(directory: String, programs: String, plans: [Plan]) async throws {
        self.directory = directory
        let ports = try (0..<plans.count + 2).map { _ in try ReservedPort() }
        reserved = ports
        founded = FoundedPlatform(
            directory: directory, programs: programs, trustDomain: Self.trustDomain, port: ports[0].port, enrollPort: ports[1].port)
        platform = try await founded.found()
        group = try EventLoopGroup(count: 1)
        var nodes: [Node] = []
        for (plan, reserved) in zip(plans, ports.dropFirst(2)) {
            guard let address = SocketAddress(host: "127.0.0.1", port: reserved.port) else { throw HarnessError("127.0.0.1 is no address") }
            let folder = plan.name.replacingOccurrences(of: "/", with: "-")
            try await founded.enroll(plan.name, into: "\(directory)/\(folder)")
            let lines = try plan.lines(address).map { "\"\($0.host):\($0.port)\"" }
            let file = """
                role: \(plan.name.prefix { $0 != "/" })
                listen: 127.0.0.1:\(reserved.port)
                trust-domain: \(Self.trustDomain)
                trust-folder: \(folder)
                platform: 127.0.0.1:\(ports[0].port)
                data: \(folder)-data
                mesh: { advertise: [\(lines.joined(separator: ", "))], parent: "\(FoundedPlatform.institution)" }

                """
            try Data(file.utf8).write(to: URL(fileURLWithPath: "\(directory)/\(folder).yaml"))
            nodes.append(
                Node(
                    name: plan.name, address: address,
                    process: ManagedProcess(
                        name: plan.name, program: "\(programs)/sampan", arguments: ["serve", "--config", "\(directory)/\(folder).yaml"],
                        logFile: "\(directory)/\(folder).log")))
        }
        self.nodes = nodes
    }

    /// Runs `body` in a region that is up, and takes it down after. What it leaves on disk is kept where the proof falls short.
    static func run(
        _ name: String, programs: String, plans: [Plan], _ body: (MeshRegion) async throws -> Verdict
    ) async throws -> Verdict {
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent("sampan-\(name)-\(UUID().uuidString)").path
        let region = try await MeshRegion(directory: directory, programs: programs, plans: plans)
        do {
            try await region.platform.start()
            for node in region.nodes { try await node.process.start() }
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

    private func stop() async {
        for node in nodes { await node.process.kill() }
        await platform.stop()
        await group.shutdown()
    }

    func nodes(of institution: String) -> [Node] { nodes.filter { $0.institution == institution } }

    /// The trust folder of a program of an institution, with a certificate of its own.
    func program(_ name: String, of institution: String) async throws -> NodeTrustFolder {
        let folder = "\(directory)/\(name)-\(institution)"
        try await founded.enroll("app/\(institution)/\(name)", into: folder)
        return NodeTrustFolder(path: folder)
    }
}
