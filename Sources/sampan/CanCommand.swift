import ArgumentParser
import SampanMesh
import SampanNode
import SampanRPC

struct CanCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "can",
        abstract: "Say whether an institution may call a method, and by which rule.",
        discussion: """
            Reads a policy file (or, without --policy, what a gateway does without one) and decides as a node would; nothing is called.

            Examples:
              sampan can 12100000400000123A sampan.payment.v1.PaymentService/GetPayment
              sampan can 12100000400000123A sampan.payment.v1.PaymentService/GetPayment --role hospital --policy policy.yaml --json

            Exit code: 0 allowed (without --role: for at least one role), 1 denied, 64 wrong usage or a broken policy.
            """)

    @Argument(help: "Code of the institution, as in its certificate.")
    var institution: String
    @Argument(help: "The method, as service/Method.")
    var method: String
    @Option(help: "Role of the node: \(PeerIdentity.Role.allCases.map(\.rawValue).joined(separator: ", ")). Left out: all of them.")
    var role: String?
    @Option(help: "Policy file. Left out: the policy of a gateway without one.")
    var policy: String?
    @Flag(help: "Print a JSON array, one object a role.")
    var json = false

    /// What is decided for one role.
    private struct Answer: Codable {
        let institution: String
        let method: String
        let role: String
        let allowed: Bool
        /// The rules that decided.
        let rules: [String]
        /// `own` or `any`; nil where the call is denied.
        let data: String?
        /// Nil where the call is allowed.
        let reason: String?
        let explanation: String

        var line: String { "\(allowed ? "yes" : "no ")  \(role)\(String(repeating: " ", count: max(1, 10 - role.count)))\(explanation)" }
    }

    func validate() throws {
        _ = try descriptor()
        _ = try roles().map(identity)
    }

    func run() throws {
        let (descriptor, roles) = (try descriptor(), try roles())
        let rules: [PolicyRule]
        do {
            rules = try policy.map { try PolicyFile(file: $0).rules } ?? GatewayNode.policy
        } catch let error as ConfigurationError {
            throw ValidationError("\(error)")
        }
        let policy = AccessPolicy(rules, for: [descriptor])
        let answers = try roles.map { try answer(policy.decide(identity($0), descriptor), try identity($0), descriptor) }
        if json {
            print(try JSONText.of(answers))
        } else {
            print(answers.map(\.line).joined(separator: "\n"))
        }
        if !answers.contains(where: \.allowed) { throw ExitCode(1) }
    }

    private func answer(_ decision: PolicyDecision, _ identity: PeerIdentity, _ method: MethodDescriptor) -> Answer {
        switch decision {
        case .allow(let rule, let data):
            let scope = data == .own ? "its own data" : "anybody's data"
            return Answer(
                institution: institution, method: self.method, role: identity.role.rawValue, allowed: true, rules: [rule],
                data: data.rawValue, reason: nil, explanation: "by rule \(rule), on \(scope)")
        case .deny(let denial):
            return Answer(
                institution: institution, method: self.method, role: identity.role.rawValue, allowed: false, rules: denial.rules, data: nil,
                reason: denial.reason, explanation: denial.explanation(identity, method))
        }
    }

    private func roles() throws -> [PeerIdentity.Role] {
        guard let role else { return PeerIdentity.Role.allCases }
        guard let known = PeerIdentity.Role(rawValue: role) else {
            throw ValidationError("--role must be one of \(PeerIdentity.Role.allCases.map(\.rawValue).joined(separator: ", ")).")
        }
        return [known]
    }

    private func identity(_ role: PeerIdentity.Role) throws -> PeerIdentity {
        do {
            return try PeerIdentity(trustDomain: "any", role: role, institution: institution, node: "any")
        } catch {
            throw ValidationError("An institution code is 1 to 32 of 0-9 A-Z a-z . _ -")
        }
    }

    private func descriptor() throws -> MethodDescriptor {
        guard let pattern = MethodPattern(method), let name = pattern.method else {
            throw ValidationError("A method is service/Method, for example sampan.payment.v1.PaymentService/GetPayment.")
        }
        return MethodDescriptor(service: pattern.service, name: name, kind: .unary)
    }
}
