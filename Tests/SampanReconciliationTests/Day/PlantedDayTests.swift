import Foundation
import SampanReconciliation
import SampanTestSupport
import StoreTestSupport
import Testing

/// RC-01, RC-02, RC-03: every planted break is found and classed with its amount, and nothing else is.
@Suite("A generated payment day", .blocking)
struct PlantedDayTests {
    @Test("has exactly the breaks that were planted", arguments: [0, 1, 2, 40, 700, 3_000], [0, 20, 500])
    func exact(orders: Int, troublesPerThousand: Int) throws {
        for _ in 0..<(orders < 100 ? 12 : 3) {
            let seed = UInt64.random(in: 0 ... .max)
            let folder = try TemporaryDirectory()
            let truth = try PlantedDay.write(
                seed: seed, orders: orders, troublesPerThousand: troublesPerThousand, to: folder.file("day"))
            let outcome = try DayOutcome(folder: folder.file("day"), output: folder.file("breaks.csv"))
            let expected = Set(truth.map(\.fields))
            let found = outcome.lines.map { Array($0.prefix(6)) }
            #expect(Set(found) == expected, "seed \(seed), \(orders) orders, \(troublesPerThousand) in a thousand")
            #expect(found.count == truth.count, "seed \(seed), \(orders) orders, \(troublesPerThousand) in a thousand")
            #expect(outcome.report.breaks == truth.count)
        }
    }

    @Test("gives the same bytes again, sorted by order")
    func deterministic() throws {
        let folder = try TemporaryDirectory()
        _ = try PlantedDay.write(seed: 7, orders: 2_000, troublesPerThousand: 300, to: folder.file("day"))
        let first = try DayOutcome(folder: folder.file("day"), output: folder.file("a.csv"))
        let second = try DayOutcome(folder: folder.file("day"), output: folder.file("b.csv"))
        #expect(first.bytes == second.bytes)
        let orders = first.lines.map { $0[1] }.filter { !$0.isEmpty }
        #expect(orders == orders.sorted())
        #expect(first.lines.suffix(3).allSatisfy { $0[1].isEmpty })
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == ["a.csv", "b.csv", "day"])
    }

    @Test("on which everything is wrong is sorted through scratch files")
    func manyBreaks() throws {
        let folder = try TemporaryDirectory()
        let truth = try PlantedDay.write(seed: 11, orders: 21_000, troublesPerThousand: 1_000, to: folder.file("day"))
        #expect(truth.count > 20_000)
        let outcome = try DayOutcome(folder: folder.file("day"), output: folder.file("breaks.csv"))
        #expect(outcome.lines.count == truth.count)
        #expect(Set(outcome.lines.map { Array($0.prefix(6)) }) == Set(truth.map(\.fields)))
        let orders = outcome.lines.map { $0[1] }.filter { !$0.isEmpty }
        #expect(orders == orders.sorted())
    }
}
