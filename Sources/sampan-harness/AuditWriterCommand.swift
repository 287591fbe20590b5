import ArgumentParser
import SampanHarness

/// What `prove audit` kills.
struct AuditWriterCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit-writer", abstract: "Write an audit log for ever; started by `prove audit`.", shouldDisplay: false)

    @Argument(help: "Folder with the signer's certificate.")
    var folder: String

    @Option(name: .long, help: "Of the random persons.")
    var seed: UInt64

    func run() async throws { try await AuditWriterRun(folder: folder, seed: seed).run() }
}
