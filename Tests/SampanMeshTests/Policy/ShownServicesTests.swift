import SampanMesh
import SampanRPC
import Testing

@Suite("Which services a role is shown")
struct ShownServicesTests {
    private static let methods = [("a.S", "M"), ("a.S", "N"), ("a.SS", "M"), ("b.T", "M")].map {
        MethodDescriptor(service: $0.0, name: $0.1, kind: .unary)
    }
    private static let policy = AccessPolicy(
        [
            PolicyRule("a.S", .hospital), PolicyRule("a.S/N", .app), PolicyRule("a.SS", .ferry),
            PolicyRule("c.U", Set(PeerIdentity.Role.allCases)),
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
}
