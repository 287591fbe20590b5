import ArgumentParser
import SampanAPI

struct RevokeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke",
        abstract: "Refuse a certificate, a node or an institution for good, on live connections too.",
        discussion: """
            Every node cuts what it has of them and acknowledges. The table tells what each one cut and after how many milliseconds, the
            last cut stands in the last line.

            EXAMPLES
              sampan revoke --node hospital/12345678/his-1 --reason key-compromise --dry-run
              sampan revoke --institution 12345678 --reason cessation --message 已退出 --yes
              sampan revoke --certificate-file his-1.pem --reason superseded
              sampan revoke --serial 4f1c…9a:0d33…71 --reason privilege-withdrawn --yes --json

            Exit code: 0 in force everywhere, 1 refused or not every node has answered (they are named), 64 wrong usage.
            """)

    @OptionGroup var subject: DenialSubjectOptions
    @Option(help: "\(DenialReasonName.allCases.map(\.rawValue).joined(separator: ", ")).")
    var reason: DenialReasonName
    @Option(help: "What the refused are told, at most 256 bytes; never a patient's data.")
    var message = ""
    @Flag(help: "Do not ask.")
    var yes = false
    @OptionGroup var admin: AdminOptions
    @OptionGroup var mutation: MutationOptions

    func validate() throws {
        if message.utf8.count > DenialMessage.limit { throw ValidationError("--message has at most \(DenialMessage.limit) bytes.") }
    }

    func run() async throws {
        try await DenialRun(
            deed: { "Revoke \($0) for good" }, subject: subject, admin: admin, mutation: mutation, isConfirmed: yes, repetition: ""
        ) { authority, subject, requestID, dryRun in
            let denial = TrustV1.Denial(reason: reason.message, message: message, subject: subject)
            let response = try await authority.revoke(TrustV1.RevokeRequest(requestID: requestID, denial: denial, dryRun: dryRun))
            return DenialRun.Outcome(cuts: response.cuts, epochNumber: response.epochNumber)
        }.run()
    }
}

/// What the refused are told.
enum DenialMessage {
    /// Bytes, as the contract has it.
    static let limit = 256
}
