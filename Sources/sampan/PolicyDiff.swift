import ArgumentParser
import SampanMesh
import SampanNode
import SampanRPC

struct PolicyDiff: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff",
        abstract: "Say who may call what under a new policy that could not before, and the other way round.",
        discussion: """
            Decides for every method, role and kind of institution that one of the two policies tells apart; how rules are named or split
            does not count. `service/*` stands for the methods of a service that no rule names, a beginning such as 1210* for the codes that
            no longer entry names, * for all others.

            Examples:
              sampan policy diff policy.yaml policy-new.yaml
              sampan policy diff policy.yaml policy-new.yaml --json

            Exit code: 0 both say the same, 1 they differ, 2 one is no policy, 64 wrong usage.
            """)

    @Argument(help: "The policy in force. A dash: what a gateway does without one.")
    var old: String
    @Argument(help: "The one that is to be.")
    var new: String
    @Flag(help: "Print a JSON array, one object a change.")
    var json = false

    private struct Change: Codable {
        let method: String
        let role: String
        let institutions: [String]
        /// `denied`, `own` or `any`.
        let before: String
        let after: String

        init(_ change: PolicyChange) {
            method = change.target.description
            role = change.role.rawValue
            institutions = change.institutions.isEmpty ? ["all"] : change.institutions.map(\.description)
            before = change.before?.rawValue ?? "denied"
            after = change.after?.rawValue ?? "denied"
        }
    }

    func run() throws {
        let (before, after) = (old == "-" ? GatewayNode.policy : try PolicyCheck.read(old).rules, try PolicyCheck.read(new).rules)
        let changes = PolicyChange.between(before, after).map(Change.init)
        if json {
            print(try JSONText.of(changes))
        } else if changes.isEmpty {
            print("both say the same")
        } else {
            let cells = changes.map { [$0.method, $0.role, $0.institutions.joined(separator: " "), $0.before, $0.after] }
            print(TextTable(["method", "role", "institutions", "before", "after"], cells).text)
        }
        if !changes.isEmpty { throw ExitCode(1) }
    }
}
