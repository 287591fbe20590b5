internal import SampanRPC

/// A policy as a file would say it: the same text for the same rules.
package enum PolicyText {
    /// The text of rules. Ids and names hold nothing that YAML would have to escape, but quotes never hurt.
    package static func of(_ rules: [PolicyRule]) -> String {
        let head = "version: 1\nrules:" + (rules.isEmpty ? " []\n" : "\n")
        return head + rules.map(text).joined()
    }

    private static func text(_ rule: PolicyRule) -> String {
        var lines = [
            "  - id: \(quoted(rule.id))", "    methods: \(list(rule.methods.map(\.description)))",
            "    roles: \(list(rule.roles.map(\.rawValue).sorted()))",
        ]
        if case .listed(let codes, let prefixes) = rule.institutions {
            lines.append("    institutions: \(list(codes.sorted() + prefixes.sorted().map { "\($0)*" }))")
        }
        lines.append("    data: \(rule.data.rawValue)")
        return lines.joined(separator: "\n") + "\n"
    }

    private static func list(_ entries: [String]) -> String { "[\(entries.map(quoted).joined(separator: ", "))]" }

    private static func quoted(_ text: String) -> String {
        "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }
}
