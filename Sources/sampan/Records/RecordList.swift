import ArgumentParser
import SampanAPI
import SampanDomain

struct RecordList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List a patient's documents that may be read, newest first.",
        discussion: """
            EXAMPLES
              sampan record list platform:7440 --at 4699010000 --patient 1024 --staff wang.fang
              sampan record list platform:7440 --at 4699010000 --patient 1024 --staff wang.fang --kind lab-report --from 2026-01-01 --json

            Exit code: 0, 1 refused or the node cannot be asked, 64 wrong usage.
            """)

    /// Pages of 100: a life has some thousand documents.
    private static let mostPages = 100

    @OptionGroup var reader: RecordCaller
    @OptionGroup var filter: RecordFilter

    func run() async throws {
        let query = try filter.query(reader.role)
        let entries = try await reader.connected { channel, options in
            let client = RecordsV1.DocumentServiceClient(channel)
            var request = RecordsV1.ListDocumentsRequest(query: query, pageSize: 100)
            var entries: [RecordsV1.DocumentEntry] = []
            for _ in 0..<Self.mostPages {
                let page = try await client.listDocuments(request, options: options)
                entries += page.entries
                request.pageToken = page.nextPageToken
                if page.nextPageToken.isEmpty { break }
            }
            return entries
        }
        if reader.caller.json { return StandardOutput.line(try JSONText.of(entries.map(RecordAnswer.init))) }
        let rows = entries.map { entry in
            let answer = RecordAnswer(entry)
            return [
                answer.occurredAt ?? "-", answer.kind, answer.owner, answer.documentId, "\(answer.version)", "\(answer.grade)",
                "\(answer.size)", CertificateDescription.printable(answer.title),
            ]
        }
        StandardOutput.line(TextTable(["time", "kind", "owner", "document", "version", "grade", "bytes", "title"], rows).text)
    }
}
