import ArgumentParser

/// Benchmarks of the RPC runtime, and the search of the saga, which is about as many runs in a second as there can be.
@main
struct SampanBench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sampan-bench", abstract: "Serve, load and soak the echo service of the peers' benchmark; search the saga.",
        subcommands: [EchoCommand.self, LoadCommand.self, OverloadCommand.self, RelayCommand.self, HoldCommand.self, SoakCommand.self,
            SagaCommand.self, DocumentsCommand.self,
        ])
}
