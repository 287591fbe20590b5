import ArgumentParser

struct CustodianUnset: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "unset",
        abstract: "Nobody keeps for an institution any more.",
        discussion: """
            EXAMPLES
              sampan custodian unset 4699010009
              sampan custodian unset 4699010009 --service sampan.payment.v1.PaymentService --dry-run

            Exit code: 0 done, or so before, 1 refused, 64 wrong usage.
            """)

    @Argument(help: "Code of the institution whose calls are meant.")
    var institution: String
    @Option(help: "Full name of the service, as it was said. Left out: the entry for all services.")
    var service: String?
    @OptionGroup var admin: AdminOptions
    @OptionGroup var mutation: MutationOptions

    func run() async throws {
        try await CustodianChange(
            institution: institution, service: service ?? "", custodian: "", admin: admin, mutation: mutation
        ).run()
    }
}
