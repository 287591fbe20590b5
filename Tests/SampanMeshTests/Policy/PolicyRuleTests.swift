import SampanAPI
import SampanMesh
import SampanRPC
import Synchronization
import Testing

@Suite("Rules of a policy")
struct PolicyRuleTests {
    private static let pay = MethodDescriptor(service: "s.Pay", name: "Get", kind: .unary)
    private static let list = MethodDescriptor(service: "s.Pay", name: "List", kind: .unary)

    private static let rules = [
        PolicyRule(id: "region", methods: ["s.Pay"], roles: [.hospital], institutions: .listed(codes: ["4699"], prefixes: ["1210"])),
        PolicyRule(
            id: "platform", methods: ["s.Pay"], roles: [.platform, .hospital], institutions: .listed(codes: ["9"], prefixes: []), data: .any
        ),
        PolicyRule(id: "list", methods: ["s.Pay/List"], roles: [.app]),
    ]
    private static let policy = AccessPolicy(rules, for: [pay, list])

    private static func caller(_ role: PeerIdentity.Role, _ institution: String) throws -> PeerIdentity {
        try PeerIdentity(trustDomain: "test", role: role, institution: institution, node: "n1")
    }

    private static func context(_ identity: PeerIdentity?, _ method: MethodDescriptor = pay) -> CallContext {
        CallContext(method: method, peer: Peer(address: "10.0.0.9:1", identity: identity), requestMetadata: Metadata(), deadline: .now)
    }

    @Test(
        "ID-14 the first rule that takes role and institution decides; denials name the rules that did not",
        arguments: [
            (.hospital, "4699", pay, .allow(rule: "region", data: .own)), (.hospital, "1210000", pay, .allow(rule: "region", data: .own)),
            (.hospital, "9", pay, .allow(rule: "platform", data: .any)), (.platform, "9", pay, .allow(rule: "platform", data: .any)),
            (.hospital, "4698", pay, .deny(.institution(rules: ["region", "platform"]))),
            (.hospital, "46990", pay, .deny(.institution(rules: ["region", "platform"]))),
            (.platform, "4699", pay, .deny(.institution(rules: ["platform"]))),
            (.app, "4699", pay, .deny(.role(rules: ["region", "platform"]))),
            // The method's own rule counts in place of its service's.
            (.hospital, "4699", list, .deny(.role(rules: ["list"]))), (.app, "4699", list, .allow(rule: "list", data: .own)),
        ] as [(PeerIdentity.Role, String, MethodDescriptor, PolicyDecision)])
    func decisions(role: PeerIdentity.Role, institution: String, method: MethodDescriptor, expected: PolicyDecision) throws {
        #expect(Self.policy.decide(try Self.caller(role, institution), method) == expected)
    }

    @Test("no certificate, and a method that no rule is about")
    func nothing() throws {
        #expect(Self.policy.decide(nil, Self.pay) == .deny(.noIdentity))
        let stranger = MethodDescriptor(service: "s.Pays", name: "Get", kind: .unary)
        #expect(AccessPolicy(Self.rules, for: [stranger]).decide(try Self.caller(.hospital, "4699"), stranger) == .deny(.noRule))
    }

    @Test("every denial is audited once, with who, what and which rule; an allowed call is not")
    func audit() throws {
        let denied = Mutex<[AccessPolicy.DeniedCall]>([])
        let policy = AccessPolicy(Self.rules, for: [Self.pay, Self.list]) { call in denied.withLock { $0.append(call) } }
        let (friend, stranger) = (try Self.caller(.hospital, "4699"), try Self.caller(.app, "4699"))
        try policy.admit(Self.context(friend))
        try policy.requireData(of: "4699", Self.context(friend))
        let refused = #expect(throws: RPCError.self) { try policy.admit(Self.context(stranger)) }
        #expect(refused?.code == .permissionDenied && refused?.errorInfo?.reason == "ROLE_NOT_ALLOWED")
        #expect(refused?.errorInfo?.domain == "policy.sampan" && refused?.errorInfo?.metadata["rules"] == "region,platform")
        let other = #expect(throws: RPCError.self) { try policy.requireData(of: "1210", Self.context(friend)) }
        #expect(other?.code == .permissionDenied && other?.errorInfo?.reason == "DATA_OF_ANOTHER_INSTITUTION")
        #expect(throws: RPCError.self) { try policy.admit(Self.context(nil)) }
        #expect(
            denied.withLock { $0.map(\.denial) } == [.role(rules: ["region", "platform"]), .data(rule: "region"), .noIdentity])
        #expect(denied.withLock { $0.map(\.identity) } == [stranger, friend, nil])
        #expect(denied.withLock { $0.allSatisfy { $0.address == "10.0.0.9:1" && $0.method == Self.pay } })
    }

    @Test("whose rule says any may act on anybody's data")
    func anyData() throws {
        try Self.policy.requireData(of: "4699", Self.context(try Self.caller(.platform, "9")))
    }

    @Test(
        "patterns of methods",
        arguments: [
            ("a.B", "a.B"), ("a.B/*", "a.B"), ("a.B/C", "a.B/C"), ("B", "B"), ("a.b_1.C/D_2", "a.b_1.C/D_2"), ("", nil), ("/", nil),
            ("a/", nil),
            ("a//b", nil), ("a.B/C/D", nil), ("a..B", nil), (".B", nil), ("a.B/C*", nil), ("*", nil), ("1a.B", nil), ("a.B/1", nil),
            ("医.B", nil),
            ("a b", nil), (String(repeating: "a", count: 255), String(repeating: "a", count: 255)),
            (String(repeating: "a", count: 256), nil),
        ] as [(String, String?)])
    func patterns(text: String, expected: String?) {
        #expect(MethodPattern(text)?.description == expected)
    }

    @Test(
        "lists of institutions",
        arguments: [
            (["*"], .all), ([], nil), (["1"], .listed(codes: ["1"], prefixes: [])),
            (["12*", "3"], .listed(codes: ["3"], prefixes: ["12"])),
            (["*", "1"], nil), (["医院"], nil), (["1/2"], nil), ([""], nil), (["1**"], nil),
        ] as [([String], InstitutionPattern?)])
    func institutions(entries: [String], expected: InstitutionPattern?) {
        #expect(InstitutionPattern(entries) == expected)
    }
}
