import ArgumentParser

struct RootCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "root",
        abstract: "Replace the region's root or issuing certificate, step by step.",
        discussion: """
            plan, prepare, trust, activate, taint, retire: each step waits until every node has acknowledged the one before, and names those
            that have not. Every step may be repeated; abort goes back. roll does them all. Docs/Trust.md tells what each one means.

            EXAMPLES
              sampan root roll --kind issuer --platform 10.0.0.1:7443 --identity /var/lib/sampan/trust
              sampan root plan --kind root
              sampan root trust --wait --within 5m
              sampan root status
            """,
        subcommands: [
            RootPlan.self, RootPrepare.self, RootTrust.self, RootActivate.self, RootTaint.self, RootRetire.self, RootAbort.self,
            RootRoll.self, RootStatus.self,
        ])
}
