internal import Foundation

/// The main job on real input: a payment day crosses the gap.
package struct Demo: Sendable {
    package var requestsFile: String?
    package var workers = 5
    /// Where the ledgers and the summary go; nil writes none.
    package var output: String?
    /// Keeps the region's folder with its databases, certificates and logs.
    package var keepsRegion = false
    package var programs: String
    /// Requests under way at once.
    package var concurrency = 16

    package init(programs: String) {
        self.programs = programs
    }

    /// The day that is built in: 150 requests of 18 November 2026.
    package static var embeddedDay: [UInt8] { PackageResources.payment_day_20261118_csv }

    /// Plays the day and prints; false when anything is off.
    package func run() async throws -> Bool {
        let day = try DayRequest.read(try requestBytes())
        if let output { try Self.prepare(output) }
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent("sampan-demo-\(UUID().uuidString)").path
        print("\(day.count) requests, \(workers) ferry workers; the region lives in \(directory)")
        let region = try Region(directory: directory, programs: programs, workers: workers, faults: day.faultPlan)
        do {
            let report = try await play(day, region)
            if !keepsRegion { try? FileManager.default.removeItem(atPath: directory) }
            return report.faults.isEmpty
        } catch {
            await region.stop()
            print("the region's folder is kept: \(directory)")
            throw error
        }
    }

    /// Before the day is played: it must not be lost for want of a folder.
    private static func prepare(_ output: String) throws {
        do {
            try FileManager.default.createDirectory(atPath: output, withIntermediateDirectories: true)
        } catch {
            throw HarnessError("--out \(output) cannot be made; name a folder that can be written")
        }
        guard FileManager.default.isWritableFile(atPath: output) else { throw HarnessError("--out \(output) cannot be written") }
    }

    private func play(_ day: [DayRequest], _ region: Region) async throws -> DayReport {
        try await region.start()
        print("channel simulator, gateway and \(workers) workers are up; every connection is mutual TLS")
        let player = try DayPlayer(region)
        let progress = Progress(total: day.count)
        let results = try await player.play(day, concurrency: concurrency) { progress.show($0) }
        await player.close()
        await region.stop()
        let books = try await DayBooks.read(region)
        let report = DayReport(day, results, books, workers: workers)
        print(report.table)
        if let output { try write(report, books, to: output) }
        return report
    }

    private func requestBytes() throws -> [UInt8] {
        guard let requestsFile else { return Self.embeddedDay }
        guard let data = FileManager.default.contents(atPath: requestsFile) else {
            throw HarnessError("\(requestsFile) cannot be read; is the path right?")
        }
        return Array(data)
    }

    private func write(_ report: DayReport, _ books: DayBooks, to output: String) throws {
        for (name, data) in [
            ("his_ledger.csv", Data(books.hisLedger)), ("platform_ledger.csv", Data(books.platformLedger)),
            ("summary.json", try report.json()),
        ] {
            try data.write(to: URL(fileURLWithPath: "\(output)/\(name)"), options: .atomic)
        }
        print("his_ledger.csv, platform_ledger.csv and summary.json are in \(output)")
    }
}

/// A line that counts, redrawn on a terminal and printed now and then elsewhere.
final class Progress: Sendable {
    private let total: Int
    private let isTerminal: Bool

    init(total: Int) {
        self.total = total
        isTerminal = isatty(STDOUT_FILENO) == 1
    }

    func show(_ done: Int) {
        if isTerminal {
            let width = 40
            let filled = width * done / max(total, 1)
            let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: width - filled)
            FileHandle.standardOutput.write(Data("\r\(bar) \(done)/\(total)\(done == total ? "\n" : "")".utf8))
        } else if done == total || done % max(1, total / 5) == 0 {
            print("  \(done)/\(total)")
        }
    }
}
