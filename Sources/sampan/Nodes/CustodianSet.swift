import ArgumentParser

struct CustodianSet: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "set",
        abstract: "Name the institution that keeps for another, in place of the one before.",
        discussion: """
            EXAMPLES
              sampan custodian set 4699010009 4699010001 --dry-run
              sampan custodian set 4699010009 4699010001
              sampan custodian set 4699010009 4699010000 --service sampan.payment.v1.PaymentService
              sampan custodian set 4699010009 4699010001 --authority authority --passphrase-file working.pass

            Exit code: 0 done, or so before, 1 refused, 64 wrong usage.
            """)

    @Argument(help: "Code of the institution whose calls are meant.")
    var institution: String
    @Argument(help: "Code of the institution that keeps for it.")
    var custodian: String
    @Option(help: "Full name of a service. Left out: every one for which no other is named.")
    var service: String?
    @OptionGroup var admin: AdminOptions
    @OptionGroup var mutation: MutationOptions

    func validate() throws {
        if custodian.isEmpty { throw ValidationError("The custodian is an institution's code; sampan custodian unset takes it away.") }
    }

    func run() async throws {
        try await CustodianChange(
            institution: institution, service: service ?? "", custodian: custodian, admin: admin, mutation: mutation
        ).run()
    }
}
