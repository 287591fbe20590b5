import Foundation
import SampanClinicalDocument
import SampanCompression
import SampanCrypto
import SampanDomain
import SampanTestSupport
import StoreTestSupport
import Testing

@testable import SampanResearch

private let folder = ProcessInfo.processInfo.environment["SAMPAN_DATA"] ?? "/work/shared/data"

/// The shared residents (folder in SAMPAN_DATA), planted into documents.
@Suite(
    "No planted identifier goes out (RE-21)", .blocking, .timeLimit(.minutes(20)),
    .enabled(if: FileManager.default.fileExists(atPath: "\(folder)/residents/records.csv.gz")))
struct PlantedIdentifierTests {
    /// A registration's texts that name somebody.
    struct Resident: Sendable {
        let name: String
        let birth: String
        let number: String
        let phone: String
        let address: String
        let localID: String
        let guardian: String
        let guardianNumber: String

        var texts: [String] { [name, number, phone, address, localID, guardian, guardianNumber, birth].filter { $0.utf8.count >= 3 } }
    }

    static func residents() throws -> [Resident] {
        let packed = [UInt8](try Data(contentsOf: URL(fileURLWithPath: "\(folder)/residents/records.csv.gz")))
        let table = try CSVTable(try Gzip.inflate(packed, limit: 1 << 28))
        let columns = try ["name", "birth_date", "id_no", "phone", "address", "local_pid", "guardian_name", "guardian_id"].map {
            try table.column($0)
        }
        return table.rows.map { row in
            let fields = columns.map { row[$0] }
            return Resident(
                name: fields[0], birth: fields[1], number: fields[2], phone: fields[3], address: fields[4], localID: fields[5],
                guardian: fields[6], guardianNumber: fields[7])
        }
    }

    /// Finds which of many texts stand in some bytes: by what they end with, since all addresses of a region begin alike.
    struct Scan {
        private static let width = 6
        private var whole: [UInt64: [[UInt8]]] = [:]
        /// By the first two of those bytes: most places are told by them.
        private var mayEnd = [Bool](repeating: false, count: 1 << 16)
        private(set) var count = 0

        /// Texts below six bytes stand in everything; two characters of a name are six. One digit again and again is what people type
        /// where they have no number, and names nobody.
        init(_ texts: some Sequence<String>) {
            for text in Set(texts) where text.utf8.count >= Self.width && text.utf8.contains(where: { $0 != text.utf8.first }) {
                let bytes = Array(text.utf8)
                let ending = bytes.suffix(Self.width).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
                mayEnd[Int(ending >> 32)] = true
                whole[ending, default: []].append(bytes)
                count += 1
            }
        }

        func hits(_ bytes: [UInt8]) -> [String] {
            var hits: Set<[UInt8]> = []
            var window: UInt64 = 0
            for (place, byte) in bytes.enumerated() {
                window = (window << 8 | UInt64(byte)) & 0xFFFF_FFFF_FFFF
                guard mayEnd[Int(window >> 32)] else { continue }
                guard place + 1 >= Self.width, let candidates = whole[window] else { continue }
                for text in candidates where text.count <= place + 1 && bytes[place + 1 - text.count...place].elementsEqual(text) {
                    hits.insert(text)
                }
            }
            return hits.map { String(decoding: $0, as: UTF8.self) }.sorted()
        }
    }

    @Test("names, numbers, telephones, addresses, birthdays of 20,000 residents in every field of 200 documents, own and others'")
    func planted() async throws {
        let residents = try Self.residents()
        #expect(residents.count == 20_000)
        let scan = Scan(residents.flatMap(\.texts))
        #expect(scan.count > 50_000)
        let bench = try await ResearchBench()
        _ = try await bench.catalogue.list(
            ResearchBench.dataset(.open, kinds: Set(DocumentKind.allCases)), by: "admin/li")
        var random = SeededRandom(seed: 20_261_127)
        var controls = 0
        for number in 1...200 {
            let own = try #require(residents.randomElement(using: &random))
            let other = try #require(residents.randomElement(using: &random))
            let day = try ClinicalTime(
                hl7: BusinessDay(ResearchBench.start.advanced(byNanoseconds: -Int64(number) * ResearchBench.day)).compact)
            var planted = PlantedDocument(texts: own.texts + other.texts, seed: UInt64(number))
            let content = try planted.make(at: day)
            // A region that lets a name through in place of a code: it is none, and goes nowhere.
            bench.source.add(
                ResearchSubject(
                    person: try EnterpriseID(Int64(number)), birth: number % 5 == 0 ? try? BirthDate(own.birth) : nil,
                    sex: number % 2 == 0 ? .male : .female,
                    region: number % 3 == 0 ? own.name : "370703", identifiers: own.texts),
                [
                    ResearchDocument(
                        number: Array(own.number.utf8), kind: .labReport, occurredAt: ResearchBench.start,
                        label: try SecurityLabel(.care, grade: 3), content: content)
                ])
            // That the scan finds what is there: what a writer that hides nothing gives out.
            if number % 50 == 0, let plain = try? Self.plain(content) { controls += scan.hits(plain).isEmpty ? 0 : 1 }
        }
        let export = try await bench.export(ResearchBench.request())
        #expect(export.rows.count > 2_000 && export.report.persons >= 160)
        var output = export.csv + Array(export.report.lines.joined(separator: "\n").utf8)
        for note in try await bench.notes.page() { output += Array("\(note)".utf8) }
        await bench.close()
        for ending in ["", "-wal"] {
            output += (try? Data(contentsOf: URL(fileURLWithPath: bench.path + ending))).map { [UInt8]($0) } ?? []
        }
        #expect(scan.hits(output).isEmpty)
        #expect(export.csv.allSatisfy { $0 < 128 }, "words that somebody wrote")
        #expect(controls == 4, "the scan finds nothing")
        #expect(export.withheld.counts[.code] ?? 0 > 1_000 && export.withheld.counts[.text] ?? 0 > 1_000)
    }

    /// All that a document says, hidden by nobody.
    private static func plain(_ document: ClinicalDocument) throws -> [UInt8] { Array(String(describing: document).utf8) }

    @Test("the shared CDA and FHIR documents: nothing that names their patients or authors goes out, and what was measured does")
    func samples() throws {
        var measured = 0
        let files = try FileManager.default.subpathsOfDirectory(atPath: folder).filter {
            ($0.hasPrefix("cda/") && $0.hasSuffix(".xml")) || ($0.hasPrefix("fhir/") && $0.hasSuffix(".json"))
        }
        #expect(files.count > 40)
        let key = try ProjectKey.fresh()
        for (number, file) in files.sorted().enumerated() {
            let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(file)")))
            guard let content = try? ClinicalDocumentReader().read(bytes) else { continue }
            let document = ResearchDocument(
                number: [UInt8(truncatingIfNeeded: number)], kind: .healthSummary, occurredAt: ResearchBench.start,
                label: try SecurityLabel(.care, grade: 3), content: content)
            var withheld = Withheld()
            let subject = ResearchSubject(person: try EnterpriseID(Int64(number + 1)), birth: nil, sex: .unknown)
            let rows = try Deidentifier(key: key, reference: ResearchBench.start).rows(of: document, subject, withheld: &withheld)
            measured += rows.count { $0.value != nil }
            let output = rows.flatMap(\.fields).joined(separator: "\n")
            let patient = content.patient
            let names = (patient?.names ?? []).flatMap { [$0.text, $0.family].compactMap { $0 } + $0.given }
            let numbers = (patient?.identifiers ?? []).compactMap(\.value) + (patient?.telecoms ?? []).compactMap(\.value)
            let lines = (patient?.addresses ?? []).flatMap { $0.lines + [$0.text, $0.postalCode, $0.city].compactMap { $0 } }
            let authors = content.authors.flatMap { $0.identifiers.compactMap(\.value) + $0.names.map(\.display) }
            for text in names + numbers + lines + authors where text.utf8.count >= 5 {
                #expect(!output.contains(text), "\(file)")
            }
            #expect(output.utf8.allSatisfy { $0 < 128 }, "\(file)")
            // Birthdays and days of events are another's: none stands as it was.
            if let birth = patient?.birth, birth.day != nil { #expect(!output.contains(birth.fhirDate), "\(file)") }
        }
        #expect(measured > 50)
        print("\(measured) values of the shared documents went out")
    }
}
