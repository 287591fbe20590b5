import ArgumentParser

struct AuditCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit",
        abstract: "Read, verify, prove and export the audit log of a node.",
        discussion: """
            Works on the file, also while its node runs.

            Examples:
              sampan audit verify data --trust trust.pem
              sampan audit show data --since 2h
              sampan audit prove data --entry 4711 --out entry.proof
              sampan audit export data --out audit.export
            """,
        subcommands: [AuditVerify.self, AuditShow.self, AuditProve.self, AuditExportCommand.self])
}
