import Foundation
import SampanCompression
import SampanIdentity
import StoreTestSupport
import Testing

private let folder = "\(ProcessInfo.processInfo.environment["SAMPAN_DATA"] ?? "/work/shared/data")/residents"

/// The shared residents, where they are at hand (folder in SAMPAN_DATA); their truth is beside them, and only this test reads it.
@Suite("The shared residents", .blocking, .enabled(if: FileManager.default.fileExists(atPath: "\(folder)/truth.csv.gz")))
struct SharedResidentsTests {
    private static func file(_ name: String) throws -> [UInt8] {
        try Gzip.inflate([UInt8](try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(name)"))), limit: 1 << 28)
    }

    @Test("ID-01: pairwise precision is at least 0.9995, F1 at least 0.985")
    func accuracy() async throws {
        let table = try await ResidentTable(try Self.file("records.csv.gz"), lanes: 2)
        #expect(table.faults.isEmpty)
        let people = await ResidentFeatures.read(table, lanes: 2)
        let outcome = await BatchMatcher(lanes: 2).match(people)
        var persons: [String: Substring] = [:]
        for line in String(decoding: try Self.file("truth.csv.gz"), as: UTF8.self).split(separator: "\n").dropFirst() {
            let fields = line.split(separator: ",", omittingEmptySubsequences: false)
            persons[String(fields[0])] = fields[1]
        }
        var (truth, found, both): ([Substring: Int], [Int32: Int], [String: Int]) = ([:], [:], [:])
        for index in 0..<table.count {
            let person = try #require(persons[table.row(index)[0]])
            truth[person, default: 0] += 1
            found[outcome.person[index], default: 0] += 1
            both["\(person) \(outcome.person[index])", default: 0] += 1
        }
        func pairs(_ sizes: some Sequence<Int>) -> Double { sizes.reduce(0.0) { $0 + Double($1 * ($1 - 1) / 2) } }
        let (precision, recall) = (pairs(both.values) / pairs(found.values), pairs(both.values) / pairs(truth.values))
        let f1 = 2 * precision * recall / (precision + recall)
        print("precision \(precision), recall \(recall), F1 \(f1), reviews \(outcome.reviews.count)")
        #expect(pairs(truth.values) == 16_632)
        #expect(precision >= 0.9995)
        #expect(f1 >= 0.985)
    }
}
