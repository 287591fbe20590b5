import ArgumentParser
import SampanAPI
import SampanDomain
import SampanMesh
import SampanNode
import SampanRPC

struct PolicyCheck: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Read a policy, list its rules, and warn of those that do nothing.",
        discussion: """
            Warns of a rule that never decides, because other rules take everybody that it takes, and of a method that no service of this
            program has.

            Examples:
              sampan policy check policy.yaml
              sampan policy check policy.yaml --json

            Exit code: 0 nothing found, 1 warnings, 2 the file is no policy, 64 wrong usage.
            """)

    @Argument(help: "Policy file (YAML).")
    var file: String
    @Flag(help: "Print a JSON object.")
    var json = false

    private struct Answer: Codable {
        /// SHA-256 of the file, by which nodes and audits name the policy; hexadecimal, lower case.
        let hash: String
        let rules: [Rule]
        let warnings: [Warning]
    }

    private struct Rule: Codable {
        let id: String
        let methods: [String]
        let roles: [String]
        /// `*` for all.
        let institutions: [String]
        let data: String
    }

    private struct Warning: Codable {
        let rule: String
        /// `NEVER_DECIDES` or `UNKNOWN_METHOD`.
        let code: String
        let message: String
    }

    func run() throws {
        let policy = try Self.read(file)
        let answer = Answer(
            hash: Hexadecimal.lowercase(policy.edition.hash), rules: policy.rules.map(Self.rule), warnings: Self.warnings(policy.rules)
        )
        if json {
            print(try JSONText.of(answer))
        } else {
            print(Self.table(answer.rules))
            print("sha256 \(answer.hash)")
            for warning in answer.warnings { print("warning \(warning.code): \(warning.rule): \(warning.message)") }
        }
        if !answer.warnings.isEmpty { throw ExitCode(1) }
    }

    /// Reads a policy; a file that is none is told on standard error and ends the command with 2.
    static func read(_ file: String) throws -> PolicyFile {
        do {
            return try PolicyFile(file: file)
        } catch {
            StandardError.line("Error: \(error)")
            throw ExitCode(2)
        }
    }

    /// The same with the text, as it is sent.
    static func readWithText(_ file: String) throws -> (PolicyFile, text: String) {
        do {
            return try PolicyFile.withText(file: file)
        } catch {
            StandardError.line("Error: \(error)")
            throw ExitCode(2)
        }
    }

    private static func table(_ rules: [Rule]) -> String {
        let cells = rules.map { rule in
            [
                rule.id, rule.methods.joined(separator: " "), rule.roles.joined(separator: " "), rule.institutions.joined(separator: " "),
                rule.data,
            ]
        }
        return TextTable(["rule", "methods", "roles", "institutions", "data"], cells).text
    }

    private static func rule(_ rule: PolicyRule) -> Rule {
        let institutions =
            switch rule.institutions {
            case .all: ["*"]
            case .listed(let codes, let prefixes): codes.sorted() + prefixes.sorted().map { "\($0)*" }
            }
        return Rule(
            id: rule.id, methods: rule.methods.map(\.description), roles: rule.roles.map(\.rawValue).sorted(),
            institutions: institutions, data: rule.data.rawValue)
    }

    private static func warnings(_ rules: [PolicyRule]) -> [Warning] {
        let idle = PolicyAnalysis(rules).idleRules.map { idle in
            Warning(
                rule: idle.rule.id, code: "NEVER_DECIDES",
                message: "whomever it takes, another rule has taken before: \(idle.insteadOfIt.joined(separator: ", "))")
        }
        let unknown = rules.flatMap { rule in
            rule.methods.filter { pattern in !known.contains(where: pattern.matches) }.map { pattern in
                Warning(
                    rule: rule.id, code: "UNKNOWN_METHOD", message: "no service that this program knows has \(pattern); a spelling mistake?"
                )
            }
        }
        return idle + unknown
    }

    /// All methods whose contracts this program has.
    private static let known: [MethodDescriptor] =
        PaymentV1.PaymentServiceMethods.all + GatewayV1.RequestServiceMethods.all + GatewayV1.FerryServiceMethods.all
        + BookingV1.BookingServiceMethods.all + BookingV1.ClinicServiceMethods.all + FeeV1.FeeServiceMethods.all
        + GatewayV1.InquiryServiceMethods.all
        + ChannelV1.ChannelServiceMethods.all + ChannelV1.ChannelNotificationServiceMethods.all + ChannelV1.PayerServiceMethods.all
        + TrustV1.AuthorityServiceMethods.all + TrustV1.TrustServiceMethods.all + TrustV1.NodeServiceMethods.all
        + GRPCHealthV1.HealthMethods.all + GRPCReflectionV1.ServerReflectionMethods.all + GRPCReflectionV1alpha.ServerReflectionMethods.all
}
