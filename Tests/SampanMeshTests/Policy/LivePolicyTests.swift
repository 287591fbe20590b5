import SampanAPI
import SampanCrypto
import SampanMesh
import SampanRPC
import SampanTestSupport
import Synchronization
import Testing

@Suite("Live policy")
struct LivePolicyTests {
    private static let read = MethodDescriptor(service: "s.Records", name: "Read", kind: .unary)
    private static let watch = MethodDescriptor(service: "s.Records", name: "Watch", kind: .serverStreaming)

    /// `id role`, one rule a line, all of `s.Records`: what stands for YAML here. A line that does not read is refused with its number.
    private static let reader: LivePolicy.Reader = { text throws(PolicyRefusal) in
        var rules: [PolicyRule] = []
        for (index, line) in text.split(separator: "\n").enumerated() {
            let words = line.split(separator: " ").map(String.init)
            guard words.count >= 2, let role = PeerIdentity.Role(rawValue: words[1]) else {
                throw PolicyRefusal(line: index + 1, "no rule")
            }
            let methods: [MethodPattern] = words.count > 2 ? [MethodPattern(words[2]) ?? "none.None"] : ["s.Records"]
            rules.append(PolicyRule(id: words[0], methods: methods, roles: [role]))
        }
        return rules
    }

    private static func live(
        _ rules: [PolicyRule] = [PolicyRule("s.Records", .hospital)], for methods: [MethodDescriptor] = [read, watch],
        audit: LivePolicy.Audit? = nil
    ) throws -> LivePolicy {
        LivePolicy(own: try PolicyEdition(builtIn: rules), for: methods, read: reader, audit: audit)
    }

    private static func context(_ role: PeerIdentity.Role, _ method: MethodDescriptor = read) throws -> CallContext {
        let identity = try PeerIdentity(trustDomain: "test", role: role, institution: "4699010001", node: "n1")
        return CallContext(
            method: method, peer: Peer(address: "127.0.0.1:1", identity: identity), requestMetadata: Metadata(), deadline: .now)
    }

    private static func isAdmitted(_ role: PeerIdentity.Role, _ policy: LivePolicy) throws -> Bool {
        let context = try context(role)
        return policy.denial(of: context) == nil
    }

    @Test("PL-05 another policy decides from the next call on, under the hash of its text; none is the node's own")
    func replace() throws {
        let policy = try Self.live()
        let own = policy.hash
        #expect(own.count == 32)
        #expect(try Self.isAdmitted(.hospital, policy) && !Self.isAdmitted(.ferry, policy))
        #expect(try policy.replace(text: "a ferry") == SHA256.hash(Array("a ferry".utf8)))
        #expect(try policy.hash == SHA256.hash(Array("a ferry".utf8)))
        #expect(try !Self.isAdmitted(.hospital, policy) && Self.isAdmitted(.ferry, policy))
        #expect(policy.allows(.ferry, anyOf: "s.Records") && !policy.allows(.hospital, anyOf: "s.Records"))
        #expect(try policy.replace(text: "") == own)
        #expect(try Self.isAdmitted(.hospital, policy))
    }

    @Test("PL-05 another policy of the node's own counts at once where its own is in force, and waits under a policy of the region")
    func replaceOwn() throws {
        let policy = try Self.live()
        let (ferry, app) = (
            try PolicyEdition(builtIn: [PolicyRule("s.Records", .ferry)]), try PolicyEdition(builtIn: [PolicyRule("s.Records", .app)])
        )
        #expect(try policy.replaceOwn(with: ferry))
        #expect(try !Self.isAdmitted(.hospital, policy) && Self.isAdmitted(.ferry, policy) && policy.hash == ferry.hash)
        #expect(try !policy.replaceOwn(with: ferry), "nothing has changed")
        _ = try policy.replace(text: "a center")
        #expect(try !policy.replaceOwn(with: app))
        #expect(try Self.isAdmitted(.center, policy) && !Self.isAdmitted(.app, policy))
        #expect(try policy.replace(text: "") == app.hash)
        #expect(try Self.isAdmitted(.app, policy) && !Self.isAdmitted(.center, policy))
    }

    @Test(
        "what cannot be read, or is too long, changes nothing and names the line",
        arguments: [("a ferry\nb king", 2), ("x", 1), (String(repeating: "x", count: LivePolicy.textBytes + 1), nil)] as [(String, Int?)])
    func refused(text: String, line: Int?) throws {
        let policy = try Self.live()
        let before = policy.hash
        let error = #expect(throws: PolicyRefusal.self) { try policy.replace(text: text) }
        #expect(error?.line == line)
        #expect(policy.hash == before)
        #expect(try Self.isAdmitted(.hospital, policy))
    }

    @Test("a trial changes nothing until it is taken; the longest text is read")
    func trial() throws {
        let policy = try Self.live()
        let before = policy.hash
        let trial = try policy.try(text: "a ferry\nb app")
        #expect(trial.ruleCount == 2 && policy.hash == before)
        #expect(try !Self.isAdmitted(.ferry, policy))
        policy.take(trial)
        #expect(policy.hash == trial.hash)
        #expect(try Self.isAdmitted(.ferry, policy))
        let longest = "a ferry\n" + String(repeating: "\n", count: LivePolicy.textBytes - 8)
        #expect(try policy.try(text: longest).ruleCount == 1)
    }

    @Test("a denial is told with the policy that decided, a handler's question is asked of the policy in force then")
    func audited() throws {
        let told = Mutex<[AccessPolicy.DeniedCall]>([])
        let policy = try Self.live(audit: { call in told.withLock { $0.append(call) } })
        let context = try Self.context(.hospital)
        try policy.admit(context)
        try policy.requireData(of: "4699010001", context)
        #expect(throws: RPCError.self) { try policy.requireData(of: "1", context) }
        let second = try policy.replace(text: "a ferry")
        #expect(throws: RPCError.self) { try policy.requireData(of: "4699010001", context) }
        let calls = told.withLock { $0 }
        #expect(calls.map(\.denial) == [.data(rule: "s.Records"), .role(rules: ["a"])])
        #expect(calls.map(\.policyHash).last == second && calls[0].policyHash != second)
    }

    private static let trust =
        TrustV1.AuthorityServiceMethods.all + TrustV1.TrustServiceMethods.all + TrustV1.NodeServiceMethods.all + [read]

    @Test(
        "a policy that would be the last is refused where the trust services are served, and only there",
        arguments: [
            ("a ferry", "lock out platform and admin"), ("a admin sampan.trust.v1.NodeService", "ChangeSettings"),
            ("a admin sampan.trust.v1.AuthorityService", "FollowEpochs"),
            ("a admin sampan.trust.v1.AuthorityService/Revoke\nb hospital sampan.trust.v1.TrustService", "ChangeSettings"),
            ("a hospital sampan.trust.v1.AuthorityService\nb hospital sampan.trust.v1.TrustService", "lock out platform and admin"),
            ("a admin sampan.trust.v1.AuthorityService\nb hospital sampan.trust.v1.TrustService", nil),
            ("a platform sampan.trust.v1.AuthorityService/ChangeSettings\nb gateway sampan.trust.v1.TrustService", nil),
        ] as [(String, String?)])
    func lockOut(text: String, hint: String?) throws {
        let policy = try Self.live(for: Self.trust)
        if let hint {
            let error = #expect(throws: PolicyRefusal.self) { try policy.try(text: text) }
            #expect(error?.message.contains(hint) == true, "\(error.map { "\($0)" } ?? "none")")
        } else {
            _ = try policy.try(text: text)
        }
        // A node that does not serve them takes it.
        _ = try Self.live().try(text: text)
    }

    /// What the calls of one test were told, and whether they are over.
    private final class Tally: Sendable {
        private let seen = Mutex<[String: Int]>([:])
        private let over = Atomic<Bool>(false)

        var isOver: Bool { over.load(ordering: .relaxed) }
        var answers: Set<String> { seen.withLock { Set($0.keys) } }

        func end() { over.store(true, ordering: .relaxed) }
        func add(_ counts: [String: Int]) { seen.withLock { $0.merge(counts, uniquingKeysWith: +) } }
    }

    /// Of two policies one lets hospitals in by rule h, the other ferries by rule f. Whatever a call is told must be what one of the two
    /// says.
    @Test("10^5 calls while the policy is replaced: each is decided by one policy whole")
    func swaps() async throws {
        let seed: UInt64 = 52_001
        print("seed \(seed)")
        let policy = try Self.live()
        let texts = ["h hospital", "f ferry"]
        let hashes = try texts.map { try policy.try(text: $0).hash }
        _ = try policy.replace(text: texts[0])
        let tally = Tally()
        let contexts = [try Self.context(.hospital), try Self.context(.ferry)]
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask {
                var random = SeededRandom(seed: seed)
                while !tally.isOver {
                    _ = try policy.replace(text: texts[Int.random(in: 0...1, using: &random)])
                    await Task.yield()
                }
            }
            await withTaskGroup(of: Void.self) { callers in
                for _ in 0..<4 {
                    callers.addTask { await Self.ask(policy, contexts, 12_500, tally) }
                }
                await callers.waitForAll()
            }
            tally.end()
            try await tasks.waitForAll()
        }
        let answers: [PolicyDecision] = [
            .allow(rule: "h", data: .own), .allow(rule: "f", data: .own), .deny(.role(rules: ["h"])), .deny(.role(rules: ["f"])),
        ]
        #expect(tally.answers == Set(answers.map { "\($0)" }))
        #expect(hashes.contains(policy.hash))
    }

    private static func ask(_ policy: LivePolicy, _ contexts: [CallContext], _ count: Int, _ tally: Tally) async {
        var counts: [String: Int] = [:]
        for index in 0..<count {
            for context in contexts { counts["\(policy.decide(context.peer.identity, context.method))", default: 0] += 1 }
            if index % 128 == 0 { await Task.yield() }
        }
        tally.add(counts)
    }

    @Test("the text of built-in rules is the same for the same rules, and another for others")
    func text() throws {
        let rules = [
            PolicyRule(
                id: "院\"x", methods: ["s.A/Get", "s.B"], roles: [.app, .admin],
                institutions: .listed(codes: ["2", "1"], prefixes: ["3"]), data: .any), PolicyRule("s.C", .ferry),
        ]
        let text = """
            version: 1
            rules:
              - id: "院\\"x"
                methods: ["s.A/Get", "s.B"]
                roles: ["admin", "app"]
                institutions: ["1", "2", "3*"]
                data: any
              - id: "s.C"
                methods: ["s.C"]
                roles: ["ferry"]
                data: own

            """
        #expect(PolicyText.of(rules) == text)
        #expect(try PolicyEdition(builtIn: rules).hash == SHA256.hash(Array(text.utf8)))
        #expect(PolicyText.of([]) == "version: 1\nrules: []\n")
    }
}
