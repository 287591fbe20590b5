import ArgumentParser

/// gRPC's interoperability cases, from either side.
@main
struct SampanInterop: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sampan-interop", abstract: "Serve gRPC's interoperability tests, or call them.",
        subcommands: [ServeCommand.self, CallCommand.self])
}
