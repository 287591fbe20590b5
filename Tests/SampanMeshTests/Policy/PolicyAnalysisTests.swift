import SampanMesh
import SampanRPC
import SampanTestSupport
import Testing

@Suite("What a policy says as a whole")
struct PolicyAnalysisTests {
    private static func rule(
        _ id: String, _ methods: [MethodPattern], _ roles: Set<PeerIdentity.Role>, _ institutions: [String]? = nil, _ data: DataScope = .own
    ) -> PolicyRule {
        let pattern = institutions.flatMap { InstitutionPattern($0) } ?? .all
        return PolicyRule(id: id, methods: methods, roles: roles, institutions: pattern, data: data)
    }

    @Test("rules that never decide are found, with those in their way")
    func idle() {
        let rules = [
            Self.rule("all", ["s.A"], [.hospital, .app]), Self.rule("late", ["s.A"], [.app], ["12*"]),
            Self.rule("method", ["s.A/Get"], [.app], ["12*"]), Self.rule("alive", ["s.A/Get"], [.app], ["1234", "9"]),
            Self.rule("dead", ["s.A/Get"], [.app], ["1234", "12999*"]), Self.rule("wide", ["s.A/Get", "s.B"], [.app], ["1234"]),
        ]
        let idle = PolicyAnalysis(rules).idleRules
        #expect(idle.map(\.rule.id) == ["late", "dead"])
        #expect(idle.map(\.insteadOfIt) == [["all"], ["method"]])
        #expect(PolicyAnalysis([]).idleRules.isEmpty)
    }

    private static func lines(_ old: [PolicyRule], _ new: [PolicyRule]) -> [String] {
        PolicyChange.between(old, new).map { change in
            let whom = change.institutions.isEmpty ? "all" : change.institutions.map(\.description).joined(separator: " ")
            let words = [change.before, change.after].map { $0?.rawValue ?? "denied" }
            return "\(change.target.description) \(change.role.rawValue) \(whom): \(words[0]) -> \(words[1])"
        }
    }

    @Test("a change is told by method, role and institution, whatever the rules are called")
    func diff() {
        let old = [Self.rule("a", ["s.A"], [.hospital]), Self.rule("b", ["s.B"], [.app], ["12*"])]
        #expect(Self.lines(old, old).isEmpty)
        #expect(Self.lines(old, [Self.rule("x", ["s.A", "s.A/Get"], [.hospital]), Self.rule("y", ["s.B"], [.app], ["12*"])]).isEmpty)
        #expect(
            Self.lines(old, []) == ["s.A/* hospital all: own -> denied", "s.B/* app 12*: own -> denied"])
        #expect(
            Self.lines(old, [Self.rule("a", ["s.A"], [.hospital], nil, .any), Self.rule("b", ["s.B"], [.app], ["12*", "9", "1234*"])])
                == ["s.A/* hospital all: own -> any", "s.B/* app 9: denied -> own"])
        // A rule for one method counts in place of those of its service.
        #expect(
            Self.lines(old, old + [Self.rule("c", ["s.A/Get"], [.ferry])]) == [
                "s.A/Get hospital all: own -> denied", "s.A/Get ferry all: denied -> own",
            ])
        #expect(
            Self.lines([Self.rule("p", ["s.B"], [.app])], [Self.rule("p", ["s.B"], [.app], ["12*"])])
                == ["s.B/* app *: own -> denied"])
    }

    @Test("10^4 random questions: an institution that the difference does not name is decided alike by both")
    func random() throws {
        let seed: UInt64 = 52_002
        print("seed \(seed)")
        var random = SeededRandom(seed: seed)
        let methods = ["A", "B", "C"].map { MethodDescriptor(service: "s.S", name: $0, kind: .unary) }
        func policy() -> [PolicyRule] {
            (0..<Int.random(in: 0...5, using: &random)).map { index in
                let pattern = Bool.random(using: &random) ? "s.S" : "s.S/\(["A", "B"][Int.random(in: 0...1, using: &random)])"
                let institutions = (0..<Int.random(in: 1...3, using: &random)).map { _ in
                    let code = (0..<Int.random(in: 1...3, using: &random)).map { _ in Bool.random(using: &random) ? "1" : "2" }.joined()
                    return Bool.random(using: &random) ? code : code + "*"
                }
                return Self.rule(
                    "r\(index)", [MethodPattern(pattern) ?? "none.None"], [Bool.random(using: &random) ? .app : .hospital],
                    Bool.random(using: &random) ? nil : institutions, Bool.random(using: &random) ? .own : .any)
            }
        }
        for _ in 0..<400 {
            let (old, new) = (policy(), policy())
            let changes = PolicyChange.between(old, new)
            let (before, after) = (AccessPolicy(old, for: methods), AccessPolicy(new, for: methods))
            for _ in 0..<25 {
                let code = (0..<Int.random(in: 1...5, using: &random)).map { _ in ["1", "2", "3"][Int.random(in: 0...2, using: &random)] }
                    .joined()
                let role: PeerIdentity.Role = Bool.random(using: &random) ? .app : .hospital
                let identity = try PeerIdentity(trustDomain: "t", role: role, institution: code, node: "n")
                let method = methods[Int.random(in: 0...2, using: &random)]
                let differs = Self.data(before.decide(identity, method)) != Self.data(after.decide(identity, method))
                let told = changes.contains { $0.role == role && Self.names($0, code, method, old, new) }
                #expect(differs == told, "\(code) \(role) \(method)\n\(PolicyText.of(old))\n\(PolicyText.of(new))")
            }
        }
    }

    private static func data(_ decision: PolicyDecision) -> DataScope? {
        if case .allow(_, let data) = decision { data } else { nil }
    }

    /// Whether a change is about this code and method: the most exact entry of the rules that count for the method.
    private static func names(
        _ change: PolicyChange, _ code: String, _ method: MethodDescriptor, _ old: [PolicyRule], _ new: [PolicyRule]
    ) -> Bool {
        let isNamed = (old + new).contains { $0.methods.contains { $0.method == method.name } }
        guard change.target.method == (isNamed ? method.name : nil) else { return false }
        guard !change.institutions.isEmpty else { return true }
        let entries = entries(counting(old, method) + counting(new, method))
        let best: String =
            entries.codes.contains(code)
            ? code : (entries.prefixes.filter(code.hasPrefix).max { $0.count < $1.count }.map { "\($0)*" } ?? "*")
        return change.institutions.contains { $0.description == best }
    }

    /// Those that name the method; where there are none, those of its service.
    private static func counting(_ rules: [PolicyRule], _ method: MethodDescriptor) -> [PolicyRule] {
        let named = rules.filter { $0.methods.contains { $0.method == method.name } }
        return named.isEmpty ? rules.filter { $0.methods.contains { $0.method == nil } } : named
    }

    private static func entries(_ rules: [PolicyRule]) -> (codes: Set<String>, prefixes: Set<String>) {
        var (codes, prefixes) = (Set<String>(), Set<String>())
        for rule in rules {
            guard case .listed(let some, let others) = rule.institutions else { continue }
            codes.formUnion(some)
            prefixes.formUnion(others)
        }
        return (codes, prefixes)
    }
}
