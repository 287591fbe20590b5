import Glibc
import SampanAPI
import SampanCrypto
import SampanDomain
import SampanMesh
import SampanRPC
import SampanTransport
import StoreTestSupport
import Testing

/// A platform whose TrustService follows the test's script, and nodes with folders of their own that follow it over mutual TLS.
struct NodeFixture {
    let region: TrustRegion
    let group: EventLoopGroup
    let service: ScriptedTrustService
    let server: GRPCServer
    let platform: SocketAddress
    /// What the platform's server is made with.
    let platformCredentials: LiveCredentials

    static func with(_ region: TrustRegion? = nil, _ body: (NodeFixture) async throws -> Void) async throws {
        let region = try region ?? TrustRegion()
        let group = try EventLoopGroup(count: 2)
        let service = ScriptedTrustService()
        let credentials = try LiveCredentials(region.credentials(TrustRegion.platform))
        let server = try GRPCServer(group: group, services: [service], credentials: credentials)
        let address = try await server.listen(on: try #require(SocketAddress(host: "127.0.0.1", port: 0)))
        let fixture = NodeFixture(
            region: region, group: group, service: service, server: server, platform: address, platformCredentials: credentials)
        let result: Result<Void, any Error>
        do { result = .success(try await body(fixture)) } catch { result = .failure(error) }
        await server.shutdown(grace: .zero)
        await group.shutdown()
        try result.get()
    }

    /// A node that runs while `body` does.
    struct Node {
        let trust: NodeTrust
        let folder: NodeTrustFolder
        let events: EventLog<NodeTrustEvent>

        /// Returns when the epoch is applied.
        func applies(_ number: UInt64) async throws -> EpochCut {
            try await events.next { if case .epochApplied(number, let cut) = $0 { cut } else { nil } }
        }
    }

    var settings: NodeTrustSettings {
        var settings = NodeTrustSettings(
            platform: [Endpoint(host: platform.host, port: platform.port)], protocolLevel: 1, version: "test")
        settings.pullInterval = .milliseconds(20)
        settings.drainSpread = .zero
        settings.renewalSpread = .zero
        return settings
    }

    /// `given` is a folder that is filled already; else it is as enrolment leaves it, with `epoch`. `standingAt`: the wall's clock stands
    /// still.
    func node(
        epoch: SignedEpoch? = nil, identity: TLSIdentity? = nil, settings: NodeTrustSettings? = nil, wallOffset: Int64 = 0,
        standingAt: UnixTime? = nil,
        folder given: NodeTrustFolder? = nil, _ body: (Node) async throws -> Void
    ) async throws {
        let directory = try TemporaryDirectory()
        let folder = given ?? NodeTrustFolder(path: directory.file("trust"))
        if given == nil { try region.fill(folder, identity: identity, epoch: epoch) }
        let events = EventLog<NodeTrustEvent>()
        let trust = try NodeTrust(
            folder: folder, group: group, settings: settings ?? self.settings,
            time: .system(wall: { (standingAt ?? Self.wall).advanced(byNanoseconds: wallOffset) }), report: { events.add($0) })
        let run = Task { await trust.run() }
        let result: Result<Void, any Error>
        do {
            result = .success(try await body(Node(trust: trust, folder: folder, events: events)))
        } catch {
            result = .failure(error)
        }
        run.cancel()
        await run.value
        withExtendedLifetime(directory) {}
        try result.get()
    }

    static var wall: UnixTime {
        var now = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &now)
        return UnixTime(nanoseconds: Int64(now.tv_sec) * 1_000_000_000 + Int64(now.tv_nsec))
    }
}

extension ScriptedTrustService {
    func acknowledgement(of number: UInt64) async throws -> TrustV1.EpochAcknowledgement {
        try await heard.next { if case .acknowledgement(let value) = $0, value.number == number { value } else { nil } }
    }

    func refusal() async throws -> TrustV1.EpochRefusal {
        try await heard.next { if case .refusal(let value) = $0 { value } else { nil } }
    }

    func report(where isMeant: (TrustV1.NodeReport) -> Bool = { _ in true }) async throws -> TrustV1.NodeReport {
        try await heard.next { if case .report(let value) = $0, isMeant(value) { value } else { nil } }
    }
}
