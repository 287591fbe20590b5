import ArgumentParser

struct RecordCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "record",
        abstract: "Store, find and fetch documents of patients under consent (病历).",
        discussion: """
            Works with the certificate of a hospital, centre or gateway (--identity) and signs a member of its staff in (--staff, --role).
            Everything asked for is written down with who asked and why, also what is refused, and patients see it.

            Examples:
              sampan record store platform:7440 report.xml --patient 1024 --kind lab-report --grade 3 \\
                --occurred 2026-11-18 --staff li.wei --at 4699010000
              sampan record ask platform:7440 --patient 1024 --purpose treatment --kind lab-report --staff wang.fang --at 4699010000
              sampan record consent platform:7440 --code-id 0f…e1 --code 402917 --staff wang.fang --at 4699010000
              sampan record list platform:7440 --patient 1024 --purpose treatment --staff wang.fang --at 4699010000
              sampan record fetch platform:7440 5d…07 --patient 1024 --purpose treatment --staff wang.fang --at 4699010000 -o report.xml
            """,
        subcommands: [RecordStore.self, RecordAsk.self, RecordConsent.self, RecordList.self, RecordFetch.self])
}
