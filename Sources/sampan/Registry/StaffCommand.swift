import ArgumentParser

struct StaffCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "staff",
        abstract: "The registry of staff (医疗卫生人员), and their tokens.",
        discussion: """
            Asked of the platform node: an institution of its own staff, an admin of all. Names are sealed in the registry's file and in no
            log. Docs/Registry.md has the file's columns.

            EXAMPLES
              sampan staff import platform:7440 4699010003 staff.csv --dry-run
              sampan staff list platform:7440 4699010003 --role doctor
              sampan staff suspend platform:7440 4699010003 li.wei --reason "under inquiry"
              sampan staff token --key his.key --cert his.pem --staff li.wei --role doctor --audience 4699010000 --for-cert app.pem
            """,
        subcommands: [
            StaffList.self, StaffShow.self, StaffLookup.self, StaffImport.self, StaffExport.self, StaffSuspend.self, StaffRestore.self,
            StaffClose.self, StaffTokenCommand.self,
        ])
}
