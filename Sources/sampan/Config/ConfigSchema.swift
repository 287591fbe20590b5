import ArgumentParser
import SampanNode

struct ConfigSchema: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schema",
        abstract: "Print the JSON Schema (2020-12) of a node's file, for editors.",
        discussion: """
            EXAMPLES
              sampan config schema > node.schema.json
              # then, at the top of a file:  # yaml-language-server: $schema=node.schema.json
            """)

    func run() throws { StandardOutput.line(ConfigurationSchema.json) }
}
