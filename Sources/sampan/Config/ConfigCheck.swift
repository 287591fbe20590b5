import ArgumentParser
import SampanNode

struct ConfigCheck: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Read a configuration as its node would, and say what is wrong.",
        discussion: """
            Files that it names are not looked at, except for a policy; that, the network and the clock are `sampan check --config`.

            EXAMPLES
              sampan config check hospital.yaml

            Exit code: 0 it is in order, 1 it is not, 64 wrong usage.
            """)

    @Argument(help: "Configuration file (YAML).")
    var file: String

    func run() throws {
        do {
            StandardOutput.line("\(file) is the configuration of a \(try NodeFile(file: file).kind)")
        } catch {
            StandardError.line("Error: \(error)")
            throw ExitCode.failure
        }
    }
}
