import Foundation
import SampanProcess
import Testing

@Suite("Memory of program code")
struct ProgramCodeTests {
    /// File pages that are resident, in KiB.
    private static func fileKiB() throws -> Int {
        let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
        let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("RssFile:") })
        return try #require(line.split(whereSeparator: { $0 == " " || $0 == "\t" }).dropFirst().first.flatMap { Int($0) })
    }

    @Test("it is given back, and runs as before")
    func letGo() throws {
        // Other tests run meanwhile and fetch theirs again, so a look may be unlucky.
        let ratios = try (0..<20).map { _ in
            let before = try Self.fileKiB()
            #expect(ProgramCode.letGo() > 1 << 20)
            return Double(try Self.fileKiB()) / Double(before)
        }
        #expect(ratios.contains { $0 < 0.9 }, "\(ratios)")
        #expect((1...20).reduce(1, *) == 2_432_902_008_176_640_000)
    }

    @Test("CPU time only grows")
    func cpu() {
        let before = ProgramCode.cpuNanoseconds
        #expect(before > 0)
        var sum = 0
        for number in 0..<1_000_000 { sum &+= number &* sum &+ 1 }
        #expect(ProgramCode.cpuNanoseconds > before, "\(sum)")
    }
}
