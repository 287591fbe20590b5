import ArgumentParser

struct CertsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "certs",
        abstract: "Make and inspect certificates of a development trust domain.",
        discussion: """
            For development: the root's key lies on this disk. A production node makes its own key and enrols.

            Examples:
              sampan certs init --dir out/certs --organization 某市卫生健康委员会
              sampan certs issue --dir out/certs --role hospital --institution 12345678 --node his-1 --dns localhost --ip 127.0.0.1
              sampan certs inspect out/certs/hospital-12345678-his-1.pem
            """,
        subcommands: [CertsInit.self, CertsIssue.self, CertsInspect.self])
}
