import ArgumentParser
import Foundation
import SampanAPI

struct RecordStore: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "store", abstract: "Store a document of the institution's own patient.",
        discussion: """
            Answered when it is durable. The same --request-id with the same file is the same document, however often it is sent.

            EXAMPLES
              sampan record store platform:7440 report.xml --at 4699010000 --patient 1024 --kind lab-report --grade 3 \\
                --occurred "2026-11-18 08:00:00" --staff li.wei \\
                --media-type text/xml --standard "HL7 CDA R2" --title 血常规
              sampan record store platform:7440 scan.pdf --at 4699010000 --patient 1024 --kind imaging-report --grade 3 \\
                --occurred 2026-11-18 --staff li.wei

            Exit code: 0, 1 refused or the node cannot be asked, 64 wrong usage, 66 the file cannot be read.
            """)

    /// Of one message of the upload.
    private static let piece = 256 << 10

    @OptionGroup var writer: RecordCaller
    @Argument(help: "The file.")
    var file: String
    @Option(help: "Enterprise id of the patient.")
    var patient: Int64
    @Option(help: "What it is: outpatient-encounter, discharge-summary, lab-report, imaging-report, prescription, …")
    var kind: String
    @Option(help: "When what it tells of happened: a day, or a time in China.")
    var occurred: String
    @Option(help: "Grade of the security label, 1 to 5.")
    var grade: UInt32
    @Option(help: "Class of the security label: personal, health, care, payment, resource, public-health.")
    var dataClass = "care"
    @Option(help: "What the content is.")
    var mediaType = "application/octet-stream"
    @Option(help: "The standard that it follows, which is checked: HL7 CDA R2, HL7 FHIR R4.")
    var standard = ""
    @Option(help: "For people.")
    var title = ""
    @Option(help: "Number of the certificate of quality that a result was made under.")
    var qualityCertificate = ""
    @Option(help: "Code of what was examined.")
    var itemCode = ""
    @Option(help: "Names the request, for sending it again. (default: a new one)")
    var requestID: String?

    func run() async throws {
        // The first piece now: of what is no file, nothing is begun.
        guard let content = FileHandle(forReadingAtPath: file), let start = try? content.read(upToCount: Self.piece) ?? Data() else {
            StandardError.line("Error: \(CertificateDescription.printable(file)) is missing or cannot be read")
            throw ExitCode(66)
        }
        let head = RecordsV1.StoreDocumentHead(
            requestID: requestID ?? UUID().uuidString.lowercased(), enterpriseID: patient, kind: kind,
            occurredAt: try RegistryFileInput.moment(occurred, "--occurred"),
            label: RecordsV1.SecurityLabel(dataClass: dataClass, grade: grade),
            details: RecordsV1.DocumentDetails(
                title: title, authorID: writer.staff, mediaType: mediaType, qualityCertificate: qualityCertificate, standard: standard,
                itemCode: itemCode))
        let stored = try await writer.connected { channel, options in
            try await RecordsV1.DocumentServiceClient(channel).storeDocument(options: options) { messages in
                try await messages.send(RecordsV1.StoreDocumentRequest(part: .head(head)))
                var piece = start
                while !piece.isEmpty {
                    try await messages.send(RecordsV1.StoreDocumentRequest(part: .content([UInt8](piece))))
                    piece = try content.read(upToCount: Self.piece) ?? Data()
                }
            }
        }
        guard !writer.caller.json else {
            return StandardOutput.line(
                try JSONText.of(["documentId": stored.documentID, "version": "\(stored.version)", "size": "\(stored.size)"]))
        }
        StandardOutput.line("stored \(stored.documentID), version \(stored.version), \(stored.size) bytes")
    }
}
