import ArgumentParser
import SampanAPI
import SampanRPC

/// Makes one denial: shows what it would cut, asks where a person is there to be asked, commands it, and tells what it cut.
struct DenialRun {
    /// What the authority answers to a denial, of either kind.
    struct Outcome: Sendable {
        let cuts: [TrustV1.CutReport]
        let epochNumber: UInt64
    }

    /// What is done to whom, for the question: `Revoke node … for good`.
    let deed: (_ subject: String) -> String
    let subject: DenialSubjectOptions
    let admin: AdminOptions
    let mutation: MutationOptions
    let isConfirmed: Bool
    /// What else makes the command the same one when it is repeated; empty where the request id does.
    let repetition: String
    let command: (TrustV1.AuthorityServiceClient, TrustV1.Denial.Subject, _ requestID: String, _ dryRun: Bool) async throws -> Outcome

    func run() async throws {
        guard mutation.dryRun || isConfirmed || Terminal.canAsk else {
            throw ValidationError("There is nobody to ask here: give --yes, or --dry-run to see what it would cut.")
        }
        let (requestID, isDryRun) = (try mutation.makeRequestID(), mutation.dryRun)
        let outcome = try await admin.authority(following: true) { access -> Outcome? in
            let (authority, subject) = (access.client, try self.subject.subject(trustDomain: access.trustDomain))
            if isDryRun { return try await command(authority, subject, requestID, true) }
            if !isConfirmed {
                let expected = try await command(authority, subject, try MutationOptions.parse([]).makeRequestID(), true)
                StandardError.line(CutTable(cuts: expected.cuts, isDryRun: true).text)
                guard Terminal.ask("\(deed(DenialSubjectOptions.text(subject)))?") else { return nil }
            }
            do {
                return try await command(authority, subject, requestID, false)
            } catch let error as RPCError where [.unavailable, .deadlineExceeded].contains(error.code) {
                StandardError.line("It may have been done. Repeat it safely with --request-id \(requestID)\(repetition)")
                throw error
            }
        }
        guard let outcome else {
            StandardError.line("nothing was done")
            throw ExitCode(1)
        }
        try tell(outcome, requestID)
    }

    private func tell(_ outcome: Outcome, _ requestID: String) throws {
        let table = CutTable(cuts: outcome.cuts, isDryRun: mutation.dryRun)
        let json = admin.json ? try table.json(epoch: outcome.epochNumber, requestID: requestID) : nil
        if admin.offline.authority != nil, !mutation.dryRun {
            // What nodes answer reaches the platform node's process, not this one.
            print(json ?? "epoch \(outcome.epochNumber) is in the journal")
            StandardError.line("a running platform node pushes it now; sampan status tells who has it")
            return
        }
        print(json ?? table.text)
        guard !table.silent.isEmpty else { return }
        StandardError.line(
            "Error: no answer from \(table.silent.map(NodeName.short).joined(separator: ", ")); sampan status tells when they have epoch \(outcome.epochNumber)"
        )
        throw ExitCode(1)
    }
}
