import ArgumentParser
import SampanNode

struct ConfigShow: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show what holds for a node, key by key, and where each was said.",
        discussion: """
            Defaults included. A configuration names files with secrets and holds none, so this may be shown to whoever helps.

            EXAMPLES
              sampan config show hospital.yaml
              sampan config show hospital.yaml --json

            Exit code: 0, 1 it is no configuration, 64 wrong usage.
            """)

    @Argument(help: "Configuration file (YAML).")
    var file: String
    @Flag(help: "Print a JSON array.")
    var json = false

    /// One key. Exactly one of `value` and `values` is there, and neither for a key that was left out and has no default.
    private struct Row: Codable {
        let key: String
        let value: String?
        let values: [String]?
        /// `file`, `environment`, `default` or `none`.
        let from: String
        let line: Int?
        let variable: String?

        init(_ entry: ConfigurationTrace.Entry) {
            key = entry.key
            variable = entry.variable
            line = entry.variable == nil ? entry.line : nil
            let said = variable == nil ? "file" : "environment"
            switch entry.value {
            case .text(let text): (value, values, from) = (text, nil, said)
            case .list(let texts): (value, values, from) = (nil, texts, said)
            case .byDefault(let text): (value, values, from) = (text, nil, "default")
            case .leftOut: (value, values, from) = (nil, nil, "none")
            }
        }

        var cells: [String] {
            let place = variable ?? line.map { "line \($0)" } ?? (from == "none" ? "left out" : from)
            return [key, value ?? values.map { "[\($0.joined(separator: ", "))]" } ?? "-", place]
        }
    }

    func run() throws {
        let trace = ConfigurationTrace()
        do {
            _ = try NodeFile(file: file, .ofProcess(trace))
        } catch {
            StandardError.line("Error: \(error)")
            throw ExitCode.failure
        }
        let rows = trace.entries.map(Row.init)
        StandardOutput.line(json ? try JSONText.of(rows) : TextTable(["key", "value", "from"], rows.map(\.cells)).text)
    }
}
