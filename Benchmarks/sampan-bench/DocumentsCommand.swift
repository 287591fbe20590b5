import ArgumentParser
import Foundation
import SampanClinicalDocument
import SampanCrypto
import SampanDomain

/// How fast documents are read and written.
struct DocumentsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "documents",
        abstract: "Read clinical documents and write them as FHIR again and again; the fastest round of each is told.",
        discussion: "Example: sampan-bench documents /work/shared/data/cda/c-cda/CCD.xml --rounds 200")

    @Argument(help: "HL7 CDA or FHIR R4 files.")
    var files: [String]
    @Option(help: "Rounds a file.")
    var rounds = 100

    func run() throws {
        for path in files {
            let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: path)))
            let hash = try SHA256.hash(bytes)
            let writer = FHIRWriter(assembledAt: UnixTime(nanoseconds: 0), source: hash) { (try? SHA256.hash($0)) ?? [] }
            var (read, written): (Duration, Duration) = (.seconds(1_000), .seconds(1_000))
            for _ in 0..<max(1, rounds) {
                let start = ContinuousClock.now
                let document = try ClinicalDocumentReader().read(bytes)
                let middle = ContinuousClock.now
                _ = try writer.bundle(of: document)
                (read, written) = (min(read, middle - start), min(written, .now - middle))
            }
            let seconds = Double(read.components.attoseconds) / 1e18 + Double(read.components.seconds)
            let rate = String(format: "%.1f", Double(bytes.count) / seconds / 1e6)
            print("\(path): \(bytes.count) bytes, read \(read) (\(rate) MB/s), written \(written)")
        }
    }
}
