import ArgumentParser

/// Benchmarks of the RPC runtime.
@main
struct SampanBench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sampan-bench", abstract: "Serve, load and soak the echo service of the peers' benchmark.",
        subcommands: [EchoCommand.self, LoadCommand.self, OverloadCommand.self, RelayCommand.self, HoldCommand.self, SoakCommand.self])
}
