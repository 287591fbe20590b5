import SampanMetrics
import Testing

@testable import SampanNode

@Suite("What the kernel says of the process")
struct ProcessFiguresTests {
    private static let fields =
        "S 1 2 3 4 5 6 7 8 9 10 250 50 0 0 20 0 7 0 12350 1000000 256 18446744073709551615 1 1 0 0 0 0 0 0 0 0 0 0 17 1 0 0 0 0 0"

    @Test("time, memory, threads and start are read, whatever the program is called", arguments: ["sampan", "a b", ") S 1 (", "", "县"])
    func reads(name: String) throws {
        let figures = try #require(ProcessFigures(stat: "42 (\(name)) \(Self.fields)", bootSeconds: 1_000, ticks: 100, page: 4_096))
        #expect(figures.cpuSeconds == 3 && figures.residentBytes == 1_048_576 && figures.threads == 7)
        #expect(figures.startSeconds == 1_123.5 && figures.openDescriptors == nil)
    }

    @Test(
        "what is not as expected is nothing",
        arguments: [
            "", "42", "42 (sampan)", "42 (sampan) S 1", "42 sampan \(fields)", "42 (a) " + fields.replacing(" 250 ", with: " x "),
            "42 (a) " + fields.replacing(" 256 ", with: " 9223372036854775807 "),
            "42 (a) " + fields.replacing(" 250 ", with: " 99999999999999999999 "),
        ])
    func refuses(stat: String) {
        #expect(ProcessFigures(stat: stat, bootSeconds: 1_000, ticks: 100, page: 4_096) == nil)
    }

    @Test("units that the kernel cannot have are nothing", arguments: [(0, 4_096), (-1, 4_096), (100, 0)])
    func units(ticks: Int, page: Int) {
        #expect(ProcessFigures(stat: "42 (a) \(Self.fields)", bootSeconds: 0, ticks: ticks, page: page) == nil)
    }

    @Test("the other texts")
    func others() {
        #expect(ProcessFigures.bootSeconds("cpu 1 2\nbtime 1795000000\nprocesses 5\n") == 1_795_000_000)
        #expect(ProcessFigures.bootSeconds("cpu 1 2\nbtime x\n") == nil && ProcessFigures.bootSeconds("") == nil)
        let limits = "Limit   Soft Limit  Hard Limit Units\nMax open files            1024                 524288               files\n"
        #expect(ProcessFigures.descriptorLimit(limits) == 1_024)
        #expect(ProcessFigures.descriptorLimit("Max open files   unlimited unlimited files") == nil)
        #expect(ProcessFigures.descriptorLimit("") == nil)
    }

    @Test("this process")
    func own() throws {
        let figures = try #require(ProcessFigures.now())
        #expect(figures.threads > 0 && figures.residentBytes > 1_000_000 && (figures.openDescriptors ?? 0) > 2)
        #expect(figures.cpuSeconds > 0 && figures.startSeconds > 1_700_000_000)
        #expect(Set(figures.families.map(\.name)).count == figures.families.count)
    }
}
