import ArgumentParser
import SampanHarness

/// What `prove gap` runs in a network namespace of its own.
struct GapCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gap", abstract: "A region with its inside behind a firewall; started by `prove gap`.", shouldDisplay: false)

    @Argument(help: "Folder for the region; made.")
    var directory: String

    @Option(name: .long, help: "Seconds in which requests flow.")
    var seconds: Int

    func run() async throws {
        let code = try await GapRun(directory: directory, programs: SampanHarnessProgram.programs, seconds: seconds).run()
        if code != 0 { throw ExitCode(code) }
    }
}
