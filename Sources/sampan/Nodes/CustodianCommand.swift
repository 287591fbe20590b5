import ArgumentParser

struct CustodianCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "custodian",
        abstract: "Say which institution keeps for one that has no node of its own: a county's hospital for a village's clinic.",
        discussion: """
            Calls for an institution that no node of it serves go to its custodian; sampan routes shows who has one. Who is kept for
            keeps for nobody in the same service, so that a name is looked up once.
            """,
        subcommands: [CustodianSet.self, CustodianUnset.self])
}
