import Foundation
import SampanClinicalDocument
import SampanCrypto
import SampanDomain

/// The shared samples (folder in SAMPAN_DATA, /work/shared/data unless told), and what is known of them.
enum Samples {
    static let folder = ProcessInfo.processInfo.environment["SAMPAN_DATA"] ?? "/work/shared/data"
    static let areThere = FileManager.default.fileExists(atPath: "\(folder)/records_expected.json")

    static func bytes(_ path: String) throws -> [UInt8] { Array(try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(path)"))) }

    static func json(_ path: String) throws -> [String: [String: Any]] {
        let object = try JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(path)")))
        return (object as? [String: Any] ?? [:]).compactMapValues { $0 as? [String: Any] }
    }

    /// Every CDA and FHIR sample by its path.
    static let paths: [String] =
        areThere ? ((try? json("records_expected.json").keys.filter { !$0.hasPrefix("hl7v2") }.sorted()) ?? []) : []
    static var cda: [String] { paths.filter { $0.hasPrefix("cda") } }
    static var fhir: [String] { paths.filter { $0.hasPrefix("fhir") } }

    static func read(_ path: String) throws -> ClinicalDocument { try ClinicalDocumentReader().read(try bytes(path)) }

    static func writer(source: [UInt8] = [1, 2, 3]) -> FHIRWriter {
        FHIRWriter(assembledAt: UnixTime(nanoseconds: 1_770_000_000_000_000_000), source: source) { (try? SHA256.hash($0)) ?? [] }
    }

    static func error(_ bytes: [UInt8], _ reader: ClinicalDocumentReader = ClinicalDocumentReader()) -> DocumentError? {
        do throws(DocumentError) { _ = try reader.read(bytes) } catch { return error }
        return nil
    }
}
