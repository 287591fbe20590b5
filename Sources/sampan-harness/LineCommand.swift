import ArgumentParser
import SampanHarness

/// One end of the line that `prove line-rate` measures; `shaped-link` starts it.
struct LineCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "line", abstract: "One end of a long line; started by `prove line-rate`.", shouldDisplay: false)

    @Argument(help: "serve, or fill the line: down, up.")
    var role: String

    @Option(name: .long, help: "Folder with the certificates.")
    var directory: String

    @Option(name: .long, help: "Seconds in which the line comes up to speed.")
    var ramp: Int

    @Option(name: .long, help: "Seconds that are measured after that.")
    var seconds: Int

    @Flag(name: .long, help: "Windows do not grow.")
    var fixedWindows = false

    func validate() throws {
        guard role == "serve" || LineEnd.Direction(rawValue: role) != nil else { throw ValidationError("\(role): serve, down or up") }
    }

    func run() async throws {
        let end = LineEnd(directory: directory, ramp: .seconds(ramp), interval: .seconds(seconds), hasFixedWindows: fixedWindows)
        if let direction = LineEnd.Direction(rawValue: role) { try await end.call(direction) } else { try await end.serve() }
    }
}
