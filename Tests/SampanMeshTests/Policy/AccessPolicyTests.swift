import SampanMesh
import SampanRPC
import Testing

@Suite("Who may call what")
struct AccessPolicyTests {
    private static let methods = [("a.S", "M"), ("a.S", "N"), ("a.SS", "M"), ("b.T", "M")].map {
        MethodDescriptor(service: $0.0, name: $0.1, kind: .unary)
    }
    private static let policy = AccessPolicy(
        [
            AccessPolicy.Rule("a.S", .hospital), AccessPolicy.Rule("a.S/N", .app), AccessPolicy.Rule("a.SS", .ferry),
            AccessPolicy.Rule("c.U", Set(PeerIdentity.Role.allCases)),
        ], for: methods)

    @Test(
        "a service is shown to those who may call one of its methods",
        arguments: [
            ("a.S", [.hospital, .app]), ("a.SS", [.ferry]), ("b.T", []), ("c.U", []), ("a", []), ("", []),
        ] as [(String, Set<PeerIdentity.Role>)])
    func shown(service: String, roles: Set<PeerIdentity.Role>) {
        for role in PeerIdentity.Role.allCases {
            #expect(Self.policy.allows(role, anyOf: service) == roles.contains(role), "\(role)")
        }
    }

    @Test("a method's own rule counts before its service's, and nobody is let in without a certificate")
    func admitted() throws {
        for (method, allowed) in zip(Self.methods, [[.hospital], [.app], [.ferry], []] as [Set<PeerIdentity.Role>]) {
            for role in PeerIdentity.Role.allCases {
                let identity = try PeerIdentity(trustDomain: "d", role: role, institution: "i", node: "n")
                #expect(Self.code(method, identity) == (allowed.contains(role) ? nil : .permissionDenied), "\(method) by \(role)")
            }
            #expect(Self.code(method, nil) == .unauthenticated)
        }
    }

    private static func code(_ method: MethodDescriptor, _ identity: PeerIdentity?) -> StatusCode? {
        let context = CallContext(
            method: method, peer: Peer(address: "a", identity: identity), requestMetadata: Metadata(), deadline: .now + .seconds(1))
        do throws(RPCError) {
            try policy.admit(context)
            return nil
        } catch {
            return error.code
        }
    }
}
