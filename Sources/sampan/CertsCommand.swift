import ArgumentParser

struct CertsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "certs",
        abstract: "Make, inspect and check certificates.",
        discussion: """
            init and issue are for development: the root's key lies on this disk. A production node makes its own key and enrols. The others
            read files and work offline, also on certificates that have expired.

            Examples:
              sampan certs init --dir out/certs --organization 某市卫生健康委员会
              sampan certs issue --dir out/certs --role hospital --institution 12345678 --node his-1 --dns localhost --ip 127.0.0.1
              sampan certs ls out/certs
              sampan certs inspect out/certs/hospital-12345678-his-1.pem
              sampan certs lint out/certs/hospital-12345678-his-1.pem --trust out/certs/trust.pem
            """,
        subcommands: [
            CertsInit.self, CertsIssue.self, CertsToken.self, CertsEnroll.self, CertsRenew.self, CertsList.self, CertsInspect.self,
            CertsLint.self,
            CertsNeedsRenewal.self,
        ])
}
