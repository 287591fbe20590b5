import ArgumentParser
import Glibc
import SampanCrypto
import SampanRPC
import SampanTransport

struct CallCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "call",
        abstract: "Run interoperability cases against a server.",
        discussion: """
            Prints `ok CASE` or `failed CASE: WHY` for each; the exit code is 0 when all passed.

            EXAMPLES
              sampan-interop call --host 127.0.0.1 --port 10000 --case large_unary --plaintext
              sampan-interop call --host 127.0.0.1 --port 10000 --case all --ca ca.pem --cert client.pem --key client.key
            """)

    @Option(name: .long, help: "Name or address of the server.")
    var host = "127.0.0.1"

    @Option(name: .long, help: "Port of the server.")
    var port: UInt16

    @Option(
        name: .customLong("case"),
        help: "all, or one of \(InteropCase.allCases.map(\.rawValue).joined(separator: ", ")). May be given several times.")
    var cases: [String]

    @Option(name: .long, help: "Calls of rpc_soak and channel_soak.")
    var soakIterations = 10

    @Flag(name: .long, help: "For servers that cannot tell whether a request came compressed: do not ask them to.")
    var skipCompressionProbe = false

    @OptionGroup var security: SecurityOptions

    func validate() throws {
        guard (1...1_000_000).contains(soakIterations) else { throw ValidationError("--soak-iterations takes 1 to 1,000,000") }
        for name in cases where name != "all" && InteropCase(rawValue: name) == nil { throw ValidationError("there is no case \(name)") }
    }

    func run() async throws {
        let group = try EventLoopGroup(count: 1)
        let tls = try security.context(.client)
        let (host, port) = (host, port)
        let server = InteropServer(soakIterations: soakIterations, probesCompression: !skipCompressionProbe) {
            ClientChannel(group: group, host: host, port: port, tls: tls)
        }
        var hasFailed = false
        for test in cases.contains("all") ? InteropCase.allCases : cases.compactMap(InteropCase.init(rawValue:)) {
            do {
                try await test.run(against: server)
                print("ok \(test.rawValue)")
            } catch {
                hasFailed = true
                print("failed \(test.rawValue): \(error)")
            }
            fflush(nil)
        }
        await group.shutdown()
        if hasFailed { throw ExitCode.failure }
    }
}
