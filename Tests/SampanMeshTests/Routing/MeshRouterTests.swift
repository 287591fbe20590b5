import SampanAPI
import SampanCrypto
import SampanDomain
import SampanRPC
import SampanTransport
import Synchronization
import Testing

@testable import SampanMesh

@Suite("Calls over the nodes of a region", .timeLimit(.minutes(20)))
struct MeshRouterTests {
    static let county = "4699010001"
    static let city = "4699010000"
    static let other = "4699010002"
    static let whoAmI = MethodDescriptor(service: "test.Who", name: "AmI", kind: .unary)
    static let above = MethodDescriptor(service: "test.Above", name: "AmI", kind: .unary)

    /// Answers with the caller, and the node that serves.
    struct Who: RPCService {
        let method: MethodDescriptor
        let name: String

        var methodHandlers: [MethodHandler] {
            [
                MethodHandler(
                    method,
                    .unary { [name] _, context in
                        try FramedMessage(payload: Array("\(context.peer.identity?.uri ?? "nobody") at \(name)".utf8))
                    })
            ]
        }
    }

    struct Node {
        let name: String
        let server: GRPCServer
        let router: MeshRouter
        let credentials: LiveCredentials
        let address: SocketAddress
    }

    /// Three nodes that know of each other, and a program of the county beside its node.
    struct Scene {
        let region: TrustRegion
        let group: EventLoopGroup
        let nodes: [String: Node]
        let routes: [EpochRoute]
        let channel: ClientChannel

        func call(_ method: MethodDescriptor = MeshRouterTests.whoAmI, to target: String? = nil, via: String? = nil) async throws -> String
        {
            var metadata = Metadata()
            if let target { try metadata.append(target, for: "sampan-to") }
            if let via { try metadata.append(via, for: "sampan-via") }
            let reply = try await channel.unary(method, FramedMessage(payload: []), CallOptions(metadata: metadata))
            return String(decoding: reply.message, as: UTF8.self)
        }

        func outcome(_ method: MethodDescriptor = MeshRouterTests.whoAmI, to target: String? = nil, via: String? = nil) async -> String {
            do {
                return try await call(method, to: target, via: via)
            } catch {
                guard let error = error as? RPCError else { return "\(error)" }
                return "\(error.code) \(error.errorInfo?.reason ?? "-")"
            }
        }
    }

    /// `extra`: what the platform serves besides.
    static func with(
        policy: [PolicyRule]? = nil, caller: String = "app/\(county)/his", extra: [MethodDescriptor] = [],
        _ body: (Scene) async throws -> Void
    ) async throws {
        let region = try TrustRegion()
        let group = try EventLoopGroup(count: 2)
        var nodes: [String: Node] = [:]
        for (path, methods) in [
            ("hospital/\(county)/his-1", [whoAmI]), ("hospital/\(other)/his-1", [whoAmI]),
            ("platform/\(city)/p-1", [whoAmI, above] + extra),
        ] {
            let credentials = try LiveCredentials(region.credentials(path))
            let router = MeshRouter(group: group, credentials: credentials, wall: { NodeFixture.wall })
            let services = methods.map { Who(method: $0, name: path) }
            let rules = policy ?? [PolicyRule("test.Who", .app, .hospital), PolicyRule("test.Above", .app)]
            let server = try GRPCServer(
                group: group, services: services,
                interceptors: [AccessPolicy(rules, for: methods)], credentials: credentials, router: router)
            let address = try await server.listen(on: try #require(SocketAddress(host: "127.0.0.1", port: 0)))
            nodes[path] = Node(name: path, server: server, router: router, credentials: credentials, address: address)
        }
        let routes = try nodes.values.map { node in
            let parts = node.name.split(separator: "/")
            return try EpochRoute(
                name: "\(parts[1])/\(parts[2])", endpoints: ["127.0.0.1:\(node.address.port)"],
                services: parts[0] == "platform" ? ["test.Who", "test.Above"] + extra.map(\.service) : ["test.Who"],
                parent: parts[0] == "platform" ? "" : city)
        }
        for node in nodes.values { node.router.replace(EpochDirectory(routes: routes)) }
        let near = try #require(nodes["hospital/\(county)/his-1"])
        let channel = ClientChannel(
            group: group, endpoints: [Endpoint(host: "127.0.0.1", port: near.address.port)],
            credentials: try LiveCredentials(region.credentials(caller)))
        let result: Result<Void, any Error>
        do {
            result = .success(try await body(Scene(region: region, group: group, nodes: nodes, routes: routes, channel: channel)))
        } catch {
            result = .failure(error)
        }
        await channel.shutdown(grace: .zero)
        for node in nodes.values {
            await node.server.shutdown(grace: .zero)
            await node.router.shutdown(grace: .zero)
        }
        await group.shutdown()
        try result.get()
    }

    private static let caller = "spiffe://\(TrustRegion.domain)/app/\(county)/his"

    @Test("PL-01 a call finds its institution, its node and what is above, and the caller is known there")
    func arrives() async throws {
        try await Self.with { scene in
            for _ in 0..<2 {
                #expect(await scene.outcome() == "\(Self.caller) at hospital/\(Self.county)/his-1")
                #expect(await scene.outcome(to: Self.county) == "\(Self.caller) at hospital/\(Self.county)/his-1")
                #expect(await scene.outcome(to: Self.other) == "\(Self.caller) at hospital/\(Self.other)/his-1")
                #expect(await scene.outcome(to: "\(Self.other)/his-1") == "\(Self.caller) at hospital/\(Self.other)/his-1")
                #expect(await scene.outcome(to: "parent") == "\(Self.caller) at platform/\(Self.city)/p-1")
                #expect(await scene.outcome(Self.above) == "\(Self.caller) at platform/\(Self.city)/p-1")
            }
        }
    }

    @Test("PL-01 a county's call reaches what only the province serves, over one node, with its caller; so does one that names it")
    func province() async throws {
        try await Self.with { scene in
            // The third one stands for the city, and the platform for the province.
            let routes = try scene.routes.map { route in
                let parent = route.name.hasPrefix(Self.county) ? Self.other : route.name.hasPrefix(Self.other) ? Self.city : ""
                return try EpochRoute(name: route.name, endpoints: route.endpoints, services: route.services, parent: parent)
            }
            for node in scene.nodes.values { node.router.replace(EpochDirectory(routes: routes)) }
            for target in [nil, "parent", Self.city] {
                #expect(await scene.outcome(Self.above, to: target) == "\(Self.caller) at platform/\(Self.city)/p-1")
            }
            #expect(await scene.outcome(to: "parent") == "\(Self.caller) at hospital/\(Self.other)/his-1")
        }
    }

    @Test("lines to a node carry the capacity that its route says")
    func capacities() throws {
        let table = try RoutingTable(
            EpochDirectory(routes: [
                EpochRoute(name: "\(Self.other)/his-1", endpoints: ["h:1", "h:2"], capacity: 400),
                EpochRoute(name: "\(Self.other)/his-2", endpoints: ["h:3"]),
            ]), institution: Self.county, node: "his-1")
        #expect(table.all.map { $0.lines.map(\.capacity) } == [[400, 400], [0]])
    }

    @Test("a call for an institution that has no node arrives at its custodian, as its caller's, and nowhere else")
    func custodian() async throws {
        try await Self.with { scene in
            let (village, town) = ("4699010009", "4699010008")
            #expect(await scene.outcome(to: village) == "NOT_FOUND INSTITUTION_UNKNOWN")
            let custodians = try [(village, "", Self.other), (village, "test.Above", Self.city), (town, "", Self.county)].map {
                try EpochCustodian(EpochCustodian.Matter(institution: $0, service: $1), custodian: $2)
            }
            for node in scene.nodes.values {
                node.router.replace(EpochDirectory(routes: scene.routes, custodians: custodians))
            }
            for _ in 0..<2 {
                for target in [village, "custodian-of:\(village)"] {
                    #expect(await scene.outcome(to: target) == "\(Self.caller) at hospital/\(Self.other)/his-1")
                    #expect(await scene.outcome(Self.above, to: target) == "\(Self.caller) at platform/\(Self.city)/p-1")
                }
                // Its own node's institution keeps for this one.
                #expect(await scene.outcome(to: town) == "\(Self.caller) at hospital/\(Self.county)/his-1")
                #expect(await scene.outcome(to: "custodian-of:\(Self.other)") == "\(Self.caller) at hospital/\(Self.other)/his-1")
            }
            #expect(await scene.outcome(Self.above, to: town) == "UNIMPLEMENTED CUSTODIAN_SERVES_NOT")
            #expect(await scene.outcome(to: "\(village)/his-1") == "NOT_FOUND NODE_UNKNOWN")
            #expect(await scene.outcome(to: "custodian-of:") == "INVALID_ARGUMENT TARGET_MALFORMED")
            #expect(await scene.outcome(to: village, via: "\(Self.county)/his-1") == "FAILED_PRECONDITION ROUTE_LOOP")
        }
    }

    @Test("who is not there, what nobody serves, and what goes round, have names")
    func nobody() async throws {
        try await Self.with { scene in
            let unknown = MethodDescriptor(service: "test.No", name: "AmI", kind: .unary)
            #expect(await scene.outcome(to: "4699010009") == "NOT_FOUND INSTITUTION_UNKNOWN")
            #expect(await scene.outcome(to: "\(Self.other)/his-9") == "NOT_FOUND NODE_UNKNOWN")
            #expect(await scene.outcome(unknown, to: Self.other) == "UNIMPLEMENTED SERVICE_UNKNOWN")
            #expect(await scene.outcome(unknown) == "UNIMPLEMENTED SERVICE_UNKNOWN")
            #expect(await scene.outcome(unknown, to: "parent") == "UNIMPLEMENTED NO_PARENT_SERVES")
            #expect(await scene.outcome(to: "a/b/c") == "INVALID_ARGUMENT TARGET_MALFORMED")
            #expect(await scene.outcome(to: Self.other, via: "\(Self.county)/his-1") == "FAILED_PRECONDITION ROUTE_LOOP")
            #expect(await scene.outcome(to: Self.other, via: "a/1,b/2,c/3,d/4") == "FAILED_PRECONDITION ROUTE_LOOP")
            #expect(await scene.outcome(to: Self.other, via: "a/1,b/2,c/3") == "\(Self.caller) at hospital/\(Self.other)/his-1")
        }
    }

    @Test("the policy counts where the call comes in and where it is served; a node speaks for its own institution only")
    func policy() async throws {
        try await Self.with(policy: [PolicyRule("test.Who", .hospital)]) { scene in
            #expect(await scene.outcome(to: Self.other) == "PERMISSION_DENIED ROLE_NOT_ALLOWED")
        }
        try await Self.with(caller: "app/4699010009/his") { scene in
            #expect(await scene.outcome(to: Self.other) == "UNAUTHENTICATED CALLER_SIGNER")
            #expect(await scene.outcome().contains("app/4699010009/his"))
        }
    }

    @Test("a program cannot say itself who it is")
    func forged() async throws {
        try await Self.with { scene in
            let far = try #require(scene.nodes["hospital/\(Self.other)/his-1"])
            let own = try scene.region.identity("app/\(Self.other)/x")
            let said = CallerAssertion(
                caller: try PeerIdentity(uri: "spiffe://\(TrustRegion.domain)/hospital/\(Self.other)/his-1"), audience: Self.other,
                issuedAt: NodeFixture.wall)
            let channel = ClientChannel(
                group: scene.group, endpoints: [Endpoint(host: "127.0.0.1", port: far.address.port)],
                credentials: try LiveCredentials(scene.region.credentials("app/\(Self.other)/x")))
            var metadata = Metadata()
            try metadata.append(try #require(Base64.decode(text: try said.signed(by: own))), for: "sampan-caller-bin")
            let error = await #expect(throws: RPCError.self) {
                _ = try await channel.unary(Self.whoAmI, FramedMessage(payload: []), CallOptions(metadata: metadata))
            }
            #expect(error?.code == .unauthenticated && error?.errorInfo?.reason == "CALLER_SIGNER")
            await channel.shutdown(grace: .zero)
        }
    }

    @Test(
        "a node that answers at the address of another gets no call, whatever a route says",
        arguments: ["\(other)/his-9", "4699010003/his-1"])
    func impostor(name: String) async throws {
        try await Self.with { scene in
            let near = try #require(scene.nodes["hospital/\(Self.county)/his-1"])
            let far = try #require(scene.nodes["hospital/\(Self.other)/his-1"])
            near.router.replace(EpochDirectory(routes: [try EpochRoute(name: name, endpoints: ["127.0.0.1:\(far.address.port)"])]))
            #expect(await scene.outcome(to: name).hasPrefix("UNAVAILABLE"))
        }
    }

    @Test("trust and the registry are for whom the connection shows: nobody passes them on, and nobody calls them for another")
    func direct() async throws {
        let renew = MethodDescriptor(service: "sampan.trust.v1.TrustService", name: "Renew", kind: .unary)
        let register = MethodDescriptor(service: "sampan.mesh.v1.RegistryService", name: "Register", kind: .unary)
        let rules = [PolicyRule("sampan.trust.v1.TrustService", .app, .hospital), PolicyRule("sampan.mesh.v1.RegistryService", .app)]
        try await Self.with(policy: rules, extra: [renew, register]) { scene in
            for method in [renew, register] {
                #expect(await scene.outcome(method, to: Self.city) == "UNAUTHENTICATED CALLER_INDIRECT")
            }
            // A node that says itself what the first node would say.
            let said = try CallerAssertion(
                caller: PeerIdentity(uri: "spiffe://\(TrustRegion.domain)/hospital/\(Self.county)/his-2"), audience: Self.city,
                issuedAt: NodeFixture.wall)
            let near = try #require(scene.nodes["hospital/\(Self.county)/his-1"])
            let city = try #require(scene.nodes["platform/\(Self.city)/p-1"])
            let channel = ClientChannel(
                group: scene.group, endpoints: [Endpoint(host: "127.0.0.1", port: city.address.port)], credentials: near.credentials)
            var metadata = Metadata()
            let text = try said.signed(by: near.credentials.credentials.identityShown)
            try metadata.append(try #require(Base64.decode(text: text)), for: "sampan-caller-bin")
            let error = await #expect(throws: RPCError.self) {
                _ = try await channel.unary(renew, FramedMessage(payload: []), CallOptions(metadata: metadata))
            }
            #expect(error?.errorInfo?.reason == "CALLER_INDIRECT")
            await channel.shutdown(grace: .zero)
        }
    }

    @Test("other routes count from the next call on; a node that is in none any more gets no call")
    func replaced() async throws {
        try await Self.with { scene in
            #expect(await scene.outcome(to: Self.other).hasSuffix("\(Self.other)/his-1"))
            let near = try #require(scene.nodes["hospital/\(Self.county)/his-1"])
            let city = try #require(scene.nodes["platform/\(Self.city)/p-1"])
            near.router.replace(
                EpochDirectory(routes: [try EpochRoute(name: "\(Self.city)/p-1", endpoints: ["127.0.0.1:\(city.address.port)"])]))
            #expect(await scene.outcome(to: Self.other) == "NOT_FOUND INSTITUTION_UNKNOWN")
            #expect(await scene.outcome(to: Self.city).hasSuffix("platform/\(Self.city)/p-1"))
            #expect(near.router.routes.all.map(\.node) == ["p-1"])
        }
    }
}
