import ArgumentParser
import Foundation
import SampanHarness
import SampanTestSupport

/// Plays whole regions of real processes on this machine. `Scripts/demo` and `Scripts/prove` call it.
@main
struct SampanHarnessProgram: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sampan-harness", abstract: "Play a region of real processes: the demonstration and the proofs.",
        subcommands: [DemoCommand.self, ProveCommand.self, LineCommand.self, GapCommand.self, TrafficCommand.self, AuditWriterCommand.self])

    static func main() async {
        let guarded = LivingProcesses()
        await main(nil)
        withExtendedLifetime(guarded) {}
    }

    /// The folder this program is in: the others are beside it.
    static var programs: String {
        URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent().path
    }
}
