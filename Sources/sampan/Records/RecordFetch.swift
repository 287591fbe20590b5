import ArgumentParser
import Foundation
import SampanAPI
import SampanMesh

struct RecordFetch: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fetch", abstract: "Fetch a document's content into a file.",
        discussion: """
            The file is there whole (0600), or not at all. What was fetched is checked against its SHA-256 by the platform as it is read.
            A command that is killed leaves what had come in FILE.….part (0600).

            EXAMPLES
              sampan record fetch platform:7440 5d…07 --at 4699010000 --patient 1024 --staff wang.fang -o report.xml
              sampan record fetch platform:7440 5d…07 --at 4699010000 --patient 1024 --staff wang.fang --fhir -o report.json

            Exit code: 0, 1 refused or the node cannot be asked, 64 wrong usage, 73 the file cannot be written.
            """)

    @OptionGroup var reader: RecordCaller
    @Argument(help: "The document's id: 32 hexadecimal digits.")
    var document: String
    @OptionGroup var filter: RecordFilter
    @Option(help: "This version; left out: the newest.")
    var version: Int64 = 0
    @Flag(help: "As FHIR R4, where it is a clinical document.")
    var fhir = false
    @Option(name: [.customShort("o"), .long], help: "Where it goes.")
    var output: String

    func run() async throws {
        let request = RecordsV1.FetchDocumentRequest(
            query: try filter.query(reader.role), documentID: document, version: version, form: fhir ? .fhirR4 : .unspecified)
        // Written as it comes, beside the file that it becomes: a content may have gigabytes.
        let draft = "\(output).\(UUID().uuidString).part"
        guard FileManager.default.createFile(atPath: draft, contents: nil, attributes: [.posixPermissions: 0o600]),
            let file = FileHandle(forWritingAtPath: draft)
        else { throw Self.unwritable(output) }
        defer { try? FileManager.default.removeItem(atPath: draft) }
        let fetched = try await reader.connected { channel, options in
            let pieces = try await RecordsV1.DocumentServiceClient(channel).fetchDocument(request, options: options)
            var (entry, size): (RecordsV1.DocumentEntry?, Int) = (nil, 0)
            while let piece = try await pieces.next() {
                switch piece.part {
                case .entry(let first): entry = first
                case .content(let bytes):
                    do { try file.write(contentsOf: Data(bytes)) } catch { throw Self.unwritable(output) }
                    size += bytes.count
                case nil: break
                }
            }
            return (entry, size)
        }
        guard let entry = fetched.0 else { throw AdminFailure("the platform sent no entry") }
        do {
            try file.synchronize()
            try file.close()
            try WholeFile.replace(output, with: draft)
        } catch { throw Self.unwritable(output) }
        if reader.caller.json { return StandardOutput.line(try JSONText.of(RecordAnswer(entry))) }
        StandardOutput.line("\(output): \(fetched.1) bytes, \(entry.kind), version \(entry.version), of \(entry.ownerCode)")
    }

    private static func unwritable(_ path: String) -> ExitCode {
        StandardError.line("Error: \(CertificateDescription.printable(path)) cannot be written")
        return ExitCode(73)
    }
}
