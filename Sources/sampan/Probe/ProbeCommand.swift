import ArgumentParser
import FoundationEssentials
import SampanMesh
import SampanRPC

struct ProbeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "probe",
        abstract: "Look at the way to a node step by step: name, TCP, TLS, trust, clock, HTTP/2, health, rights.",
        discussion: """
            Each step is timed and passes, fails with its cause and what to do, or is skipped. Asks that node alone: no platform node is
            needed. --method is called with an empty message: choose one that does nothing with it.

            EXAMPLES
              sampan probe 10.0.0.7:7443 --identity /var/lib/sampan/trust
              sampan probe gateway.local:7443 --service sampan.payment.v1.PaymentService
              sampan probe gateway.local:7443 --method sampan.payment.v1.PaymentService/GetPayment --json

            Exit code: 0 nothing failed, 1 a step did, 64 wrong usage.
            """)

    @Argument(help: "The node, host:port.")
    var node: String
    @Option(help: "Service whose health is asked. Left out: the node as a whole.")
    var service = ""
    @Option(help: "A method that we should be able to call: package.Service/Method.")
    var method: String?
    @OptionGroup var caller: CallerOptions

    private struct Answer: Codable {
        let node: String
        let passed: Bool
        let steps: [ProbeStep]
    }

    func validate() throws {
        try CallerOptions.check(node)
        if method != nil, descriptor == nil { throw ValidationError("--method is package.Service/Method.") }
    }

    func run() async throws {
        let remote = try caller.node(node)
        let probe = NodeProbe(node: remote, service: service, method: descriptor, now: Int64(Date().timeIntervalSince1970))
        let steps = try await probe.run()
        let passed = !steps.contains { $0.verdict == .fail }
        if caller.json {
            print(try JSONText.of(Answer(node: remote.place, passed: passed, steps: steps)))
        } else {
            print(TextTable(["", "step", "ms", "seen"], steps.map(\.cells)).text)
        }
        if !passed { throw ExitCode(1) }
    }

    /// As it is called: with or without the slash in front.
    private var descriptor: MethodDescriptor? {
        guard let method, let pattern = MethodPattern(method.hasPrefix("/") ? String(method.dropFirst()) : method),
            let name = pattern.method
        else { return nil }
        return MethodDescriptor(service: pattern.service, name: name, kind: .unary)
    }
}
