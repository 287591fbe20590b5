import ArgumentParser
import Foundation
import SampanHarness

/// One institution's node of the proofs of trust; they start it.
struct TrafficCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "traffic", abstract: "One institution's node; started by the proofs of trust.", shouldDisplay: false)

    @Argument(help: "The node's plan (JSON).")
    var plan: String

    func run() async throws {
        let node = try TrafficNode(planFile: plan)
        // Not by `print`, which keeps it until the buffer of a pipe is full.
        try await node.run { FileHandle.standardOutput.write(Data("ready\n".utf8)) }
    }
}
