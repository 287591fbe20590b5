import ArgumentParser

struct IdentityCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "identity",
        abstract: "Match residents, and load the patient index (居民主索引).",
        discussion: """
            Who is who among the registrations of many institutions. Docs/Identity.md has the method and its figures.

            EXAMPLES
              sampan identity load --csv records.csv.gz --out clusters.csv
              sampan identity explain --csv records.csv.gz R0000001 R0000002
            """,
        subcommands: [IdentityLoad.self, IdentityExplain.self])
}
