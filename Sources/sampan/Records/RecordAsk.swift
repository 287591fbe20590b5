import ArgumentParser
import Foundation
import SampanAPI

struct RecordAsk: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ask", abstract: "Ask a patient for consent: sends a code to the patient's phone.",
        discussion: """
            The patient reads the code to the clinician, who presents it with `sampan record consent`. It holds five minutes and five tries.

            EXAMPLES
              sampan record ask platform:7440 --at 4699010000 --patient 1024 --kind lab-report --kind imaging-report \\
                --days 7 --staff wang.fang

            Exit code: 0, 1 refused or the node cannot be asked, 64 wrong usage.
            """)

    @OptionGroup var reader: RecordCaller
    @OptionGroup var filter: RecordFilter
    @Option(help: "Highest grade that is asked for, 1 to 5.")
    var grade: UInt32 = 3
    @Option(help: "Days that the consent holds, 1 to 31.")
    var days = 1
    @Option(help: "Names the request, for sending it again. (default: a new one)")
    var requestID: String?

    func validate() throws {
        guard (1...31).contains(days) else { throw ValidationError("--days is 1 to 31.") }
        guard !filter.kind.isEmpty else { throw ValidationError("Say which kinds of documents: --kind lab-report.") }
    }

    func run() async throws {
        let query = try filter.query(reader.role)
        let terms = RecordsV1.ConsentTerms(
            enterpriseID: filter.patient, purpose: filter.purpose, kinds: filter.kind, from: query.from, to: query.until,
            gradeCeiling: grade,
            expiresAt: GoogleProtobuf.Timestamp(seconds: Int64(Date.now.timeIntervalSince1970) + Int64(days) * 86_400 - 60))
        let request = RecordsV1.RequestConsentCodeRequest(requestID: requestID ?? UUID().uuidString.lowercased(), terms: terms)
        let answer = try await reader.connected { channel, options in
            try await RecordsV1.ConsentServiceClient(channel).requestConsentCode(request, options: options)
        }
        guard !reader.caller.json else {
            return StandardOutput.line(try JSONText.of(["codeId": answer.codeID, "expiresAt": Moment.text(answer.expiresAt) ?? ""]))
        }
        StandardOutput.line("asked: --code-id \(answer.codeID), until \(Moment.text(answer.expiresAt) ?? "-")")
    }
}
