import ArgumentParser

struct InstitutionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "institution",
        abstract: "The region's registry of institutions (医疗卫生机构).",
        discussion: """
            Asked of the platform node. Everything is kept in versions: --as-of shows what was in force at a moment. Docs/Registry.md has
            the file's columns.

            EXAMPLES
              sampan institution import platform:7440 institutions.csv --dry-run
              sampan institution list platform:7440 --region 4690
              sampan institution suspend platform:7440 4699010003 --reason "licence withdrawn"
              sampan institution show platform:7440 4699010003 --as-of 2026-01-01
            """,
        subcommands: [
            InstitutionList.self, InstitutionShow.self, InstitutionLookup.self, InstitutionImport.self, InstitutionExport.self,
            InstitutionSuspend.self, InstitutionRestore.self, InstitutionClose.self,
        ])
}
