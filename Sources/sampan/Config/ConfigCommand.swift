import ArgumentParser

struct ConfigCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config",
        abstract: "Look at the configuration of a node.",
        discussion: """
            All work on files, offline, with the variables of the environment that stand for keys: SAMPAN_CONFIG_LISTEN for listen,
            SAMPAN_CONFIG_MESH__PARENT for mesh.parent, SAMPAN_CONFIG_TRUST_FOLDER for trust-folder; a value is YAML.

            EXAMPLES
              sampan config check hospital.yaml
              SAMPAN_CONFIG_LOOPS=2 sampan config show hospital.yaml
              sampan config schema > node.schema.json
            """,
        subcommands: [ConfigCheck.self, ConfigShow.self, ConfigSchema.self])
}
