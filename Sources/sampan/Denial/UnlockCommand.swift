import ArgumentParser
import SampanAPI

struct UnlockCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "unlock",
        abstract: "End a lock before its time. What is revoked stays revoked.",
        discussion: """
            EXAMPLES
              sampan unlock --institution 12345678
              sampan unlock --node hospital/12345678/his-1 --dry-run

            Exit code: 0 done, 1 refused, 64 wrong usage.
            """)

    @OptionGroup var subject: DenialSubjectOptions
    @OptionGroup var admin: AdminOptions
    @OptionGroup var mutation: MutationOptions

    private struct Answer: Codable {
        let subject: String
        let dryRun: Bool
        let epoch: UInt64
        let requestID: String
    }

    func run() async throws {
        let (requestID, isDryRun) = (try mutation.makeRequestID(), mutation.dryRun)
        let (response, lifted) = try await admin.authority { access in
            let subject = try self.subject.subject(trustDomain: access.trustDomain)
            let request = TrustV1.UnlockRequest(requestID: requestID, denial: TrustV1.Denial(subject: subject), dryRun: isDryRun)
            return (try await access.client.unlock(request), subject)
        }
        let text = DenialSubjectOptions.text(lifted)
        if admin.json {
            print(try JSONText.of(Answer(subject: text, dryRun: isDryRun, epoch: response.epochNumber, requestID: requestID)))
        } else if isDryRun {
            print("dry run: \(text) is locked and would be unlocked; nothing has changed")
        } else {
            print("\(text) is unlocked by epoch \(response.epochNumber)")
        }
    }
}
