import SampanMesh
import SampanRPC
import Testing

@Suite("Access policy")
struct AccessPolicyTests {
    private static let read = MethodDescriptor(service: "s.Records", name: "Read", kind: .unary)
    private static let write = MethodDescriptor(service: "s.Records", name: "Write", kind: .unary)
    private static let other = MethodDescriptor(service: "s.RecordsMore", name: "Read", kind: .unary)
    private static let unserved = MethodDescriptor(service: "s.Records", name: "Erase", kind: .unary)

    private static let unknown = MethodDescriptor(service: "s.Unknown", name: "Read", kind: .unary)

    private static let policy = AccessPolicy(
        [
            PolicyRule("s.Records", .hospital, .app), PolicyRule("s.Records/Write", .hospital),
            PolicyRule("s.Nobody", .admin),
        ], for: [read, write, other])

    private static func outcome(_ method: MethodDescriptor, _ identity: PeerIdentity?, _ policy: AccessPolicy = policy) -> StatusCode {
        let context = CallContext(
            method: method, peer: Peer(address: "127.0.0.1:1", identity: identity), requestMetadata: Metadata(), deadline: .now)
        do throws(RPCError) {
            try policy.admit(context)
            return .ok
        } catch {
            return error.code
        }
    }

    private static func node(_ role: PeerIdentity.Role) throws -> PeerIdentity {
        try PeerIdentity(trustDomain: "test", role: role, institution: "4699010001", node: "n1")
    }

    @Test(
        "ID-14 CE-01 each role on each method: only what a rule names; a method's rule before its service's",
        arguments: PeerIdentity.Role.allCases)
    func roles(role: PeerIdentity.Role) throws {
        let node = try Self.node(role)
        #expect(Self.outcome(Self.read, node) == ([.hospital, .app].contains(role) ? .ok : .permissionDenied))
        #expect(Self.outcome(Self.write, node) == (role == .hospital ? .ok : .permissionDenied))
        // A service whose name begins alike: nobody.
        #expect(Self.outcome(Self.other, node) == .permissionDenied)
        // A method that another node serves goes on by the rules about its service.
        for _ in 0..<2 { #expect(Self.outcome(Self.unserved, node) == Self.outcome(Self.read, node)) }
        #expect(Self.outcome(Self.unknown, node) == .permissionDenied)
        #expect(Self.outcome(Self.read, node, AccessPolicy([], for: [Self.read])) == .permissionDenied)
    }

    @Test("CE-01 no certificate is UNAUTHENTICATED, for every method")
    func nobody() {
        for method in [Self.read, Self.write, Self.other, Self.unserved] { #expect(Self.outcome(method, nil) == .unauthenticated) }
    }

    @Test("two rules for one service add up")
    func union() throws {
        let policy = AccessPolicy([PolicyRule("s.Records", .hospital), PolicyRule("s.Records", .ferry)], for: [Self.read])
        for role in [PeerIdentity.Role.hospital, .ferry] { #expect(try Self.outcome(Self.read, Self.node(role), policy) == .ok) }
        #expect(try Self.outcome(Self.read, Self.node(.app), policy) == .permissionDenied)
    }
}
