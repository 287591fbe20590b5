import ArgumentParser
import FoundationEssentials
import SampanAPI

struct LockCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lock",
        abstract: "Refuse a certificate, a node or an institution for a while, on live connections too.",
        discussion: """
            Works as revoke does, and ends by itself. sampan unlock ends it sooner.

            EXAMPLES
              sampan lock --institution 12345678 --ttl 2h --message 维护中 --yes
              sampan lock --node hospital/12345678/his-1 --ttl 30m --dry-run
              sampan lock --node hospital/12345678/his-1 --until 2027-01-31T16:00:00Z --yes

            Exit code: 0 in force everywhere, 1 refused or not every node has answered (they are named), 64 wrong usage.
            """)

    @OptionGroup var subject: DenialSubjectOptions
    @Option(help: "How long: a number and s, m, h or d.")
    var ttl: TimeSpan?
    @Option(help: "Until when, ISO 8601 in UTC, in place of --ttl.")
    var until: String?
    @Option(help: "What the refused are told, at most 256 bytes; never a patient's data.")
    var message = ""
    @Flag(help: "Do not ask.")
    var yes = false
    @OptionGroup var admin: AdminOptions
    @OptionGroup var mutation: MutationOptions

    func validate() throws {
        guard (ttl == nil) != (until == nil) else { throw ValidationError("Give --ttl or --until.") }
        if let until, (try? Date(until, strategy: .iso8601)) == nil {
            throw ValidationError("--until is a moment such as 2027-01-31T16:00:00Z.")
        }
        if message.utf8.count > DenialMessage.limit { throw ValidationError("--message has at most \(DenialMessage.limit) bytes.") }
    }

    func run() async throws {
        let end = try endSeconds()
        let endText = Date(timeIntervalSince1970: Double(end)).formatted(.iso8601)
        try await DenialRun(
            deed: { "Lock \($0) until \(endText)" }, subject: subject, admin: admin, mutation: mutation, isConfirmed: yes,
            repetition: " --until \(endText)"
        ) { authority, subject, requestID, dryRun in
            let denial = TrustV1.Denial(
                reason: .locked, message: message, endsAt: GoogleProtobuf.Timestamp(seconds: end, nanos: 0), subject: subject)
            let response = try await authority.lock(TrustV1.LockRequest(requestID: requestID, denial: denial, dryRun: dryRun))
            return DenialRun.Outcome(cuts: response.cuts, epochNumber: response.epochNumber)
        }.run()
    }

    /// Whole seconds since 1970, so that the moment can be typed again.
    private func endSeconds() throws -> Int64 {
        if let until { return Int64(try Date(until, strategy: .iso8601).timeIntervalSince1970) }
        return Int64(Date().timeIntervalSince1970.rounded(.up)) + (ttl?.duration.components.seconds ?? 0)
    }
}
