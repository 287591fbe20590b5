import ArgumentParser
import FoundationEssentials
import SampanAPI
import SampanCrypto
import SampanDomain
import SampanMesh
import SampanRPC

struct DenialsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "denials",
        abstract: "List whom the region refuses, and write that as revocation lists for others.",
        discussion: """
            With --crl one file in PEM and one in DER form is written for each issuer: crl-<issuer's key id>.pem and .der.

            EXAMPLES
              sampan denials
              sampan denials --json
              sampan denials --crl /var/lib/sampan/crl

            Exit code: 0, 1 the platform node cannot be asked or a file cannot be written, 64 wrong usage.
            """)

    @Option(help: "Folder for the revocation lists (RFC 5280); made when missing.")
    var crl: String?
    @OptionGroup var admin: AdminOptions

    /// Bytes of all lists in one answer, as far as a message may be: the lists of 100,000 certificates have 5 MB.
    private static let answerLimit = 32 << 20

    private struct Row: Codable {
        let subject: String
        let reason: String
        let endsAt: String?
        let message: String
    }

    private struct Answer: Codable {
        let epoch: UInt64
        let denials: [Row]
        let files: [String]
    }

    func run() async throws {
        let isExport = crl != nil
        let (denials, lists) = try await admin.authority { access in
            let authority = access.client
            let denials = try await authority.listDenials(TrustV1.ListDenialsRequest())
            guard isExport else { return (denials, [[UInt8]]()) }
            let options = CallOptions(maximumResponseBytes: Self.answerLimit)
            let export = try await authority.exportRevocationLists(TrustV1.ExportRevocationListsRequest(), options: options)
            return (denials, export.revocationLists)
        }
        let files = try crl.map { try Self.write(lists, to: $0) } ?? []
        let rows = denials.denials.map {
            Row(
                subject: DenialSubjectOptions.text($0.subject), reason: DenialReasonName.text($0.reason), endsAt: Moment.text($0.endsAt),
                message: $0.message)
        }
        if admin.json {
            print(try JSONText.of(Answer(epoch: denials.epochNumber, denials: rows, files: files)))
            return
        }
        let cells = rows.map {
            [$0.subject, $0.reason, $0.endsAt ?? "for good", $0.message.isEmpty ? "-" : CertificateDescription.printable($0.message)]
        }
        print(rows.isEmpty ? "nobody is refused" : TextTable(["who", "reason", "until", "message"], cells).text)
        print("epoch \(denials.epochNumber)")
        for file in files { print("written: \(file)") }
    }

    /// Reads each list before anything is written: what is none is the authority's fault, and no file.
    private static func write(_ lists: [[UInt8]], to folder: String) throws -> [String] {
        let read: [(name: String, der: [UInt8], pem: [UInt8])]
        do throws(CryptoError) {
            var all: [(String, [UInt8], [UInt8])] = []
            for der in lists {
                let list = try RevocationList(der: der)
                all.append(("\(folder)/crl-\(Hexadecimal.lowercase(list.issuerKeyID))", der, try list.pem()))
            }
            read = all
        } catch {
            throw AdminFailure("a revocation list of the authority cannot be read: \(error.detail)")
        }
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            for list in read {
                try Data(list.der).write(to: URL(filePath: "\(list.name).der"), options: .atomic)
                try Data(list.pem).write(to: URL(filePath: "\(list.name).pem"), options: .atomic)
            }
        } catch {
            throw AdminFailure("\(folder) cannot be written: \(error)")
        }
        return read.flatMap { ["\($0.name).pem", "\($0.name).der"] }
    }
}
