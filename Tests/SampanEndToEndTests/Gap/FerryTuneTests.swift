import Foundation
import SampanTestSupport
import StoreTestSupport
import Testing

extension EndToEnd {
    @Suite("Ferry tune")
    struct FerryTuneTests {
        private struct Report: Decodable {
            struct Setting: Decodable, Equatable {
                let workers: Int
                let batch: Int
                let requestsPerSecond: Int
                let p99Milliseconds: Double
            }

            let settings: [Setting]
            let choice: Setting
        }

        @Test("GW-09: every setting is measured over scratch stores, one is chosen, and nothing is left")
        func tunes() async throws {
            let scratch = try TemporaryDirectory()
            let folder = scratch.file("disk")
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            let run = try await FinishedProgram.run(
                "\(try Programs.folder())/sampan", ["ferry", "tune", "--seconds", "14", "--scratch", folder, "--json"],
                timeout: .seconds(300))
            #expect(run.status == 0, "\(run.errors)")
            let report = try JSONDecoder().decode(Report.self, from: Data(run.output.utf8))
            #expect(report.settings.prefix(5).map(\.workers) == [1, 2, 4, 5, 8])
            #expect(report.settings.suffix(2).map(\.batch) == [16, 256])
            #expect(report.settings.allSatisfy { $0.requestsPerSecond > 0 && $0.p99Milliseconds > 0 })
            #expect(report.settings.contains(report.choice))
            // One line for each as it is measured, for who waits.
            #expect(run.errors.split(separator: "\n").count == 7, "\(run.errors)")
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
        }

        @Test(
            "wrong usage is refused before anything is started",
            arguments: [["--seconds", "13"], ["--seconds", "3601"], ["--workers", "3"]])
        func refused(_ arguments: [String]) async throws {
            let run = try await FinishedProgram.run(
                "\(try Programs.folder())/sampan", ["ferry", "tune"] + arguments, timeout: .seconds(60))
            #expect(run.status == 64, "\(run.errors)")
        }

        @Test("a disk that is not there is an error in one line, and exit code 1")
        func noDisk() async throws {
            let run = try await FinishedProgram.run(
                "\(try Programs.folder())/sampan", ["ferry", "tune", "--scratch", "/proc/none"], timeout: .seconds(60))
            #expect(run.status == 1)
            #expect(run.errors.split(separator: "\n").count == 1, "\(run.errors)")
        }
    }
}
