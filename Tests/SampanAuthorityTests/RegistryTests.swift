import SampanAPI
import SampanMesh
import SampanRPC
import StoreTestSupport
import Testing

@testable import SampanAuthority

@Suite("Registry and custodians", .timeLimit(.minutes(20)))
struct RegistryTests {
    private static func registry(_ fixture: AuthorityFixture, as node: PeerIdentity?) -> MeshV1.RegistryServiceClient {
        MeshV1.RegistryServiceClient(InProcessCaller([RegistryDesk(fixture.authority)], as: node))
    }

    private static let good = MeshV1.RegisterRequest(
        endpoints: ["10.20.1.5:7443"], services: ["a.v1.B"], parent: "4699010000", capacity: 400, programVersion: "0.1.0",
        versions: [TrustV1.ServiceVersion(service: "a.v1.B", version: "1.4.0")])

    @Test("what a node says is one route of the next epoch, with capacity and versions; the same again changes nothing; none takes it out")
    func register() async throws {
        let fixture = try await AuthorityFixture()
        let node = AuthorityFixture.identity("his-1")
        let registry = Self.registry(fixture, as: node)
        #expect(try await registry.register(Self.good).epochNumber == 2)
        #expect(try await registry.register(Self.good).epochNumber == 2)
        let route = try #require(fixture.authority.state.settings.routes.first)
        #expect(route.name == "4699010001/his-1" && route.capacity == 400 && route.programVersion == "0.1.0")
        #expect(route.versions == [try ServiceVersion(service: "a.v1.B", version: "1.4.0")])
        // A node of an older program says neither.
        let older = Self.registry(fixture, as: AuthorityFixture.identity("his-2"))
        #expect(try await older.register(MeshV1.RegisterRequest(endpoints: ["h:1"])).epochNumber == 3)
        let epoch = try TrustEpoch(serialized: fixture.authority.state.newestEpoch)
        #expect(epoch.routes.map(\.capacity) == [400, 0] && epoch.routes.map(\.versions.count) == [1, 0])
        #expect(try await registry.register(MeshV1.RegisterRequest()).epochNumber == 4)
        #expect(try await registry.register(MeshV1.RegisterRequest()).epochNumber == 4)
        #expect(fixture.authority.state.settings.routes.map(\.name) == ["4699010001/his-2"])
        // Read back from the disk.
        let state = fixture.authority.state
        await fixture.authority.close()
        let again = try await fixture.another()
        #expect(again.state == state)
        await again.close()
    }

    private static let wrong: [(String, @Sendable (inout MeshV1.RegisterRequest) -> Void)] = [
        ("routes.endpoints", { $0.endpoints = [""] }), ("routes.capacity", { $0.capacity = 10_000_001 }),
        ("routes.program_version", { $0.programVersion = "版" }), ("routes.versions.version", { $0.versions[0].version = "2.0.0" }),
        ("routes.versions.version", { $0.versions[0].version = "new" }), ("routes.versions.service", { $0.versions[0].service = "a.v1.C" }),
    ]

    @Test("what cannot be registered is named by its field, and nothing has changed", arguments: wrong.indices)
    func refused(row: Int) async throws {
        let (field, change) = Self.wrong[row]
        let fixture = try await AuthorityFixture()
        var request = Self.good
        change(&request)
        let asked = request
        let error = await AuthorityFixture.failure {
            _ = try await Self.registry(fixture, as: AuthorityFixture.identity("his-1")).register(asked)
        }
        #expect(error?.code == .invalidArgument && error?.message.hasPrefix(field) == true, "\(String(describing: error))")
        #expect(fixture.authority.state.epochNumber == 1)
    }

    private static func change(_ institution: String, _ custodian: String, id: String, service: String = "", dryRun: Bool = false)
        -> TrustV1.ChangeCustodianRequest
    {
        TrustV1.ChangeCustodianRequest(
            requestID: id, custodian: TrustV1.Custodian(institution: institution, service: service, custodian: custodian), dryRun: dryRun)
    }

    @Test("a custodian is named, replaced and taken away, each in the journal by who did it; a repetition gets the first answer")
    func custodian() async throws {
        let fixture = try await AuthorityFixture()
        let (village, county, city) = ("4699010009", "4699010001", "4699010000")
        let dry = try await fixture.admin.changeCustodian(Self.change(village, county, id: "dry", dryRun: true))
        #expect(dry.changed && dry.epochNumber == 0 && fixture.authority.state.epochNumber == 1)
        let done = try await fixture.admin.changeCustodian(Self.change(village, county, id: "1"))
        #expect(done.changed && done.epochNumber == 2)
        #expect(try await fixture.admin.changeCustodian(Self.change(village, county, id: "1")) == done)
        let same = try await fixture.admin.changeCustodian(Self.change(village, county, id: "2"))
        #expect(!same.changed && same.epochNumber == 2)
        _ = try await fixture.admin.changeCustodian(Self.change(village, city, id: "3", service: "a.v1.B"))
        #expect(try await fixture.admin.changeCustodian(Self.change(village, city, id: "4")).epochNumber == 4)
        let epoch = try TrustEpoch(serialized: fixture.authority.state.newestEpoch)
        #expect(epoch.custodians.map { "\($0.matter.service)=\($0.custodian)" } == ["=\(city)", "a.v1.B=\(city)"])
        #expect(try await fixture.admin.changeCustodian(Self.change(village, "", id: "5")).changed)
        #expect(try await fixture.admin.changeCustodian(Self.change(village, "", id: "6")).changed == false)
        #expect(fixture.authority.state.custodians.count == 1)
        let stream = try await fixture.admin.readJournal(TrustV1.ReadJournalRequest(from: 2))
        var actors: Set<String> = []
        while let entry = try await stream.next()?.entry { actors.insert(try AuthorityRecord(serialized: entry.record).actor) }
        #expect(actors == [AuthorityFixture.admin.uri])
        let reused = await AuthorityFixture.failure { _ = try await fixture.admin.changeCustodian(Self.change(village, city, id: "1")) }
        #expect(reused?.errorInfo?.reason == "REQUEST_ID_REUSED")
    }

    @Test("nothing goes round: who is kept for keeps for nobody in the same service, whichever was said first")
    func chains() async throws {
        let fixture = try await AuthorityFixture()
        func outcome(_ institution: String, _ custodian: String, _ service: String = "", id: String) async -> String {
            let error = await AuthorityFixture.failure {
                _ = try await fixture.admin.changeCustodian(Self.change(institution, custodian, id: id, service: service))
            }
            return error.map { "\($0.code) \($0.errorInfo?.reason ?? $0.message)" } ?? "done"
        }
        #expect(await outcome("b", "c", id: "1") == "done")
        #expect(await outcome("c", "b", id: "2") == "FAILED_PRECONDITION CUSTODY_CHAIN")
        #expect(await outcome("a", "b", id: "3") == "FAILED_PRECONDITION CUSTODY_CHAIN")
        #expect(await outcome("c", "d", "x.Y", id: "4") == "FAILED_PRECONDITION CUSTODY_CHAIN")
        #expect(await outcome("a", "c", id: "5") == "done")
        #expect(await outcome("a", "d", "x.Y", id: "6") == "done")
        // Another service is another matter.
        #expect(await outcome("d", "e", "x.Z", id: "7") == "done")
        #expect(await outcome("d", "e", "x.Y", id: "8") == "FAILED_PRECONDITION CUSTODY_CHAIN")
        #expect(await outcome("a", "a", id: "9").hasPrefix("INVALID_ARGUMENT custodians.custodian"))
        #expect(await outcome("卫生院", "a", id: "10").hasPrefix("INVALID_ARGUMENT custodians.institution"))
        // A replacement is no conflict with what it replaces.
        #expect(await outcome("b", "e", id: "11") == "done")
        #expect(fixture.authority.state.epochNumber == 6)
    }
}
