import SampanAPI
import SampanProtobuf
import SampanRPC
import Testing

@Suite("Health of a server", .timeLimit(.minutes(20)))
struct HealthServiceTests {
    private let health = HealthService(serving: ["a.S"])
    private var client: GRPCHealthV1.HealthClient { GRPCHealthV1.HealthClient(InMemoryCaller(health)) }

    private static func request(_ service: String) -> GRPCHealthV1.HealthCheckRequest {
        var request = GRPCHealthV1.HealthCheckRequest()
        request.service = service
        return request
    }

    @Test("the server and each of its services", arguments: [("", true), ("a.S", true), ("a.T", false), ("a.", false)])
    func check(service: String, isKnown: Bool) async throws {
        if isKnown {
            #expect(try await client.check(Self.request(service)).status == .serving)
        } else {
            let error = await #expect(throws: RPCError.self) { try await client.check(Self.request(service)) }
            #expect(error?.code == .notFound)
        }
    }

    @Test("the list, at its limit")
    func list() async throws {
        #expect(try await client.list(GRPCHealthV1.HealthListRequest()).statuses.mapValues(\.status) == ["": .serving, "a.S": .serving])
        for index in 2..<HealthService.longestList { health.set(.notServing, for: "b.\(index)") }
        #expect(try await client.list(GRPCHealthV1.HealthListRequest()).statuses.count == 100)
        health.set(.serving, for: "c")
        let error = await #expect(throws: RPCError.self) { try await client.list(GRPCHealthV1.HealthListRequest()) }
        #expect(error?.code == .resourceExhausted)
    }

    @Test("a watcher is told at once and of each change, also of a service that comes later")
    func watch() async throws {
        let known = try await client.watch(Self.request("a.S"))
        let unknown = try await client.watch(Self.request("a.T"))
        #expect(try await known.next()?.status == .serving)
        #expect(try await unknown.next()?.status == .serviceUnknown)
        health.set(.notServing, for: "a.S")
        #expect(try await known.next()?.status == .notServing)
        health.set(.notServing, for: "a.S")
        health.set(.serving, for: "a.T")
        #expect(try await unknown.next()?.status == .serving)
        health.set(.serving, for: "a.S")
        #expect(try await known.next()?.status == .serving)
    }

    @Test("the end: not serving, for good, and watches are over")
    func shutDown() async throws {
        let watch = try await client.watch(Self.request("a.S"))
        #expect(try await watch.next()?.status == .serving)
        health.shutDown()
        health.set(.serving, for: "a.S")
        #expect(try await watch.next()?.status == .notServing)
        let error = await #expect(throws: RPCError.self) { try await watch.next() }
        #expect(error?.code == .unavailable)
        for service in ["", "a.S"] { #expect(try await client.check(Self.request(service)).status == .notServing) }
        let late = try await client.watch(Self.request(""))
        #expect(try await late.next()?.status == .notServing)
        await #expect(throws: RPCError.self) { try await late.next() }
    }

    @Test("no more watches than the limit")
    func limit() async throws {
        let client = client
        var watches: [MessageStream<GRPCHealthV1.HealthCheckResponse>] = []
        for _ in 0..<HealthService.maximumWatchers {
            watches.append(try await client.watch(Self.request("")))
            #expect(try await watches.last?.next()?.status == .serving)
        }
        let error = await #expect(throws: RPCError.self) { try await client.watch(Self.request("")).next() }
        #expect(error?.code == .resourceExhausted)
        withExtendedLifetime(watches) {}
    }
}
