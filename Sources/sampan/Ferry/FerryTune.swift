import ArgumentParser
import Foundation
import SampanNode
import SampanTransport
import SampanTuning

/// `sampan ferry tune` (GW-09).
struct FerryTune: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tune",
        abstract: "Measure how many workers, and how many rows a batch, are best on this machine.",
        discussion: """
            Starts a gateway and ferry workers of its own over scratch stores, sends requests from submit to outcome through them, first
            with \(FerrySweep.workerCounts.map(String.init).joined(separator: ", ")) workers, then with batches of \
            \(FerrySweep.batches.map(String.init).joined(separator: ", ")), and removes all of it. Live nodes and their stores are not
            touched, but share the machine meanwhile. The choice: of those that carry 95 % of what the best carries the fewest workers,
            then the lowest p99. The HIS is the built-in one, on this disk: one that answers slowly wants more workers. Put the choice
            into the ferry's file (workers:, batch:) and send SIGHUP: the number changes without a restart.

            EXAMPLES
              sampan ferry tune
              sampan ferry tune --seconds 120 --scratch /var/lib/sampan      on the disk that the stores are on
              sampan ferry tune --json | jq .choice.workers

            Exit code: 0 measured, 1 it could not be, 64 wrong usage.
            """)

    @Option(name: .long, help: "Seconds that it may take, start and end of processes not counted; 14 to 3600.")
    var seconds = 42

    @Option(
        name: .long,
        help: "Folder on whose disk the scratch stores are made, in a folder of their own; default: the system's for temporary files.")
    var scratch: String?

    @Flag(name: .long, help: "Print the figures as JSON.")
    var json = false

    func validate() throws {
        guard (FerrySweep.settingCount * 2...3_600).contains(seconds) else {
            throw ValidationError("--seconds \(seconds): right would be \(FerrySweep.settingCount * 2) to 3600")
        }
    }

    func run() async throws {
        let parent = scratch.map { URL(fileURLWithPath: $0) } ?? FileManager.default.temporaryDirectory
        let folder = parent.appendingPathComponent("sampan-tune-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: folder) }
        // One second of each setting is for coming up to speed.
        let each = seconds / FerrySweep.settingCount - 1
        let json = json
        try await StopSignal.cancelling {
            let figures = try await Self.measure(folder, secondsEach: each)
            guard let report = TuningReport(figures) else { throw TuningError("nothing was measured") }
            StandardOutput.line(json ? try JSONText.of(report) : report.text)
        }
    }

    private static func measure(_ folder: String, secondsEach seconds: Int) async throws -> [FerryFigures] {
        let ferry = try await ScratchFerry.start(directory: folder, program: Bundle.main.executablePath ?? "/proc/self/exe")
        let group = try EventLoopGroup(count: 1)
        let channel: ClientChannel
        let figures: Result<[FerryFigures], any Error>
        do {
            channel = try ferry.channel(group)
        } catch {
            await ferry.stop()
            throw error
        }
        do {
            figures = .success(
                try await FerrySweep(ferry, channel).run(secondsEach: seconds) { figures in
                    StandardError.line(
                        "\(figures.workers) workers, batch \(figures.batch): \(figures.requestsPerSecond)/s, p99 \(figures.p99Milliseconds) ms"
                    )
                })
        } catch {
            figures = .failure(error)
        }
        await channel.shutdown(grace: .zero)
        await group.shutdown()
        await ferry.stop()
        return try figures.get()
    }
}
