import ArgumentParser
import Foundation
import SampanAPI

struct RecordConsent: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "consent", abstract: "Present the code that the patient told: when it is right, the consent begins.",
        discussion: """
            EXAMPLES
              sampan record consent platform:7440 --at 4699010000 --code-id 0f…e1 --code 402917 --staff wang.fang

            Exit code: 0, 1 refused or the node cannot be asked, 64 wrong usage.
            """)

    @OptionGroup var reader: RecordCaller
    @Option(help: "What `sampan record ask` answered.")
    var codeID: String
    @Option(help: "Six digits, as the patient told them.")
    var code: String
    @Option(help: "Names the request, for sending it again. (default: a new one)")
    var requestID: String?

    func run() async throws {
        let request = RecordsV1.VerifyConsentCodeRequest(
            requestID: requestID ?? UUID().uuidString.lowercased(), codeID: codeID, code: code)
        let grant = try await reader.connected { channel, options in
            try await RecordsV1.ConsentServiceClient(channel).verifyConsentCode(request, options: options).grant
        }
        guard let grant else { throw AdminFailure("the platform sent no grant") }
        let until = Moment.text(grant.terms?.expiresAt) ?? "-"
        guard !reader.caller.json else {
            return StandardOutput.line(
                try JSONText.of(["grantId": grant.grantID, "expiresAt": until, "purpose": grant.terms?.purpose ?? ""]))
        }
        StandardOutput.line("granted \(grant.grantID), for \(grant.terms?.purpose ?? "-"), until \(until)")
    }
}
