import ArgumentParser

struct AuditCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit",
        abstract: "Read and verify the audit log of a node.",
        discussion: """
            Works on the file, also while its node runs.

            Examples:
              sampan audit verify data --trust trust.pem
              sampan audit show data --since 2h
            """,
        subcommands: [AuditVerify.self, AuditShow.self])
}
