import ArgumentParser
import Foundation
import SampanDomain
import SampanReconciliation
import SampanTestSupport
import StoreTestSupport
import Testing

@testable import sampan

@Suite("sampan reconcile", .blocking)
struct ReconcileCommandTests {
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    private func run(_ arguments: [String]) -> Int32 {
        do {
            var command = try Sampan.parseAsRoot(["reconcile"] + arguments)
            try command.run()
            return 0
        } catch {
            return Sampan.exitCode(for: error).rawValue
        }
    }

    private func arguments(_ date: String = "2026-11-18", out: String = "breaks.csv") -> [String] {
        ["--date", date, "--dir", directory.file("day"), "--out", directory.file(out)]
    }

    @Test("no breaks 0, breaks 1, wrong usage 64, damaged 65, missing 66, not written 73; with and without JSON")
    func exitCodes() throws {
        for json in [[], ["--json"]] {
            _ = try PlantedDay.write(seed: 1, orders: 0, to: directory.file("day"))
            #expect(run(arguments() + json) == 0)
            _ = try PlantedDay.write(seed: 1, orders: 30, troublesPerThousand: 500, to: directory.file("day"))
            #expect(run(arguments("20261118") + json) == 1)
            #expect(run(arguments("2026-11-31") + json) == 64)
            #expect(run(["--date", "2026-11-18"] + json) == 64)
            #expect(run(arguments("2026-11-19") + json) == 66)
            #expect(run(arguments(out: "no/such/folder.csv") + json) == 73)
            try Data("x\n".utf8).write(to: URL(fileURLWithPath: directory.file("day/his_ledger.csv")))
            #expect(run(arguments() + json) == 65)
            try FileManager.default.removeItem(atPath: directory.file("day/his_ledger.csv"))
            #expect(run(arguments() + json) == 66)
        }
    }

    @Test("JSON: counts by type, money, every side, the same as breaks.csv")
    func json() throws {
        let truth = try PlantedDay.write(seed: 2, orders: 400, troublesPerThousand: 200, to: directory.file("day"))
        let day = try #require(BusinessDay("2026-11-18"))
        let report = try Reconciliation(day: day, folder: directory.file("day"), output: directory.file("breaks.csv")).run()
        let text = try JSONText.of(ReconciliationAnswer(report, out: "breaks.csv"))
        let object = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        #expect(object["breaks"] as? Int == truth.count)
        let byType = try #require(object["byType"] as? [String: [String: Int]])
        for (type, planted) in Dictionary(grouping: truth, by: \.type) {
            #expect(byType[type.rawValue] == ["count": planted.count, "amountFen": Int(planted.reduce(0) { $0 + $1.amount })], "\(type)")
        }
        #expect(byType.count == Set(truth.map(\.type)).count)
        let timing = truth.filter(\.type.isTimingOnly).reduce(0) { $0 + $1.amount }
        #expect(object["inOtherDayFen"] as? Int == Int(timing))
        #expect(object["atRiskFen"] as? Int == Int(truth.reduce(0) { $0 + $1.amount } - timing))
        let sides = try #require(object["sides"] as? [String: [String: Any]])
        #expect(Set(sides.keys) == ["platform", "his", "wechat", "alipay", "bank"])
    }

    @Test("tables name every type that was found, its Chinese name, and the next step")
    func text() throws {
        let truth = try PlantedDay.write(seed: 3, orders: 400, troublesPerThousand: 500, to: directory.file("day"))
        let day = try #require(BusinessDay("2026-11-18"))
        let report = try Reconciliation(day: day, folder: directory.file("day"), output: directory.file("breaks.csv")).run()
        let text = ReconciliationText(report, out: "breaks.csv").text
        for type in Set(truth.map(\.type)) { #expect(text.contains("\(type.rawValue) ") && text.contains(type.chinese)) }
        #expect(text.contains("\(truth.count) breaks"))
        #expect(text.contains("4699010003"))
    }
}
