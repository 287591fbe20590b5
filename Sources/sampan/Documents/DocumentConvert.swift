import ArgumentParser
import Foundation
import SampanClinicalDocument
import SampanCrypto
import SampanDomain
import SampanMesh

struct DocumentConvert: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "convert",
        abstract: "Write a document as FHIR R4: a document bundle, or a collection of its resources.",
        discussion: """
            The original stays as it is; a Provenance in the bundle names its SHA-256. What has no place in FHIR's elements stands in
            extensions (Docs/Documents.md), what is left aside is told by `inspect`. The same file and --at give the same bytes.

            Examples:
              sampan document convert C0007_01022026030900004.xml --to fhir -o report.json
              sampan document convert CCD.xml --to fhir -o ccd.json --at 2026-11-18T08:00:00+08:00

            Exit code: 0, 64 wrong usage, 65 the file is no document that is taken, 66 it is missing or cannot be read, 73 the result
            could not be written. The result is written as a whole (0600).
            """)

    enum Target: String, ExpressibleByArgument, CaseIterable { case fhir }

    @Argument(help: "A file: HL7 CDA R2 (WS/T 500, C-CDA) or FHIR R4 JSON, at most 16 MiB.")
    var file: String
    @Option(help: "The form to write: fhir (R4, JSON).")
    var to: Target
    @Option(name: .shortAndLong, help: "Where the result goes.")
    var out: String
    @Option(help: "The moment that the bundle is dated: FHIR's instant. (default: now)")
    var at: String?
    @Flag(help: "Print a JSON object of what was done.")
    var json = false

    private struct Answer: Encodable {
        let format: String
        let out: String
        let bytes: Int
        let sha256: String
        let sourceSha256: String
    }

    func validate() throws { _ = try moment() }

    func run() throws {
        let source = try DocumentFile(file)
        let writer = FHIRWriter(assembledAt: try moment(), source: source.hash) { (try? SHA256.hash($0)) ?? [] }
        let result: [UInt8]
        do throws(DocumentError) { result = try writer.bundle(of: source.document) } catch {
            StandardError.line("Error: \(error.code): \(CertificateDescription.printable(error.description))")
            throw ExitCode(65)
        }
        try OutputFile.write(String(decoding: result, as: UTF8.self), to: out)
        let answer = Answer(
            format: "fhir-r4", out: out, bytes: result.count, sha256: Hexadecimal.lowercase(try SHA256.hash(result)),
            sourceSha256: Hexadecimal.lowercase(source.hash))
        StandardOutput.line(json ? try JSONText.of(answer) : "\(answer.out): FHIR R4, \(answer.bytes) bytes, sha256 \(answer.sha256)")
    }

    private func moment() throws -> UnixTime {
        guard let at else { return UnixTime(nanoseconds: Int64(Date().timeIntervalSince1970 * 1_000_000) * 1_000) }
        guard let moment = (try? ClinicalTime(fhir: at))?.moment else {
            throw ValidationError("--at is an instant such as 2026-11-18T08:00:00+08:00")
        }
        return moment
    }
}
