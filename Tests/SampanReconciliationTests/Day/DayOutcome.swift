import Foundation
import SampanDomain
import SampanReconciliation
import Testing

/// What a reconciliation of a folder came to, read back from its breaks.csv.
struct DayOutcome {
    let report: ReconciliationReport
    let header: String
    /// Fields of each line.
    let lines: [[String]]
    let bytes: Data

    init(folder: String, date: String = "2026-11-18", output: String) throws {
        let day = try #require(BusinessDay(date))
        report = try Reconciliation(day: day, folder: folder, output: output).run()
        bytes = try Data(contentsOf: URL(fileURLWithPath: output))
        let text = String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: true)
        header = text.first.map(String.init) ?? ""
        lines = text.dropFirst().map { $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }
    }
}
