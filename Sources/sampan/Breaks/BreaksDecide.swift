import ArgumentParser
import SampanAPI

struct BreaksApprove: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "approve",
        abstract: "Approve what somebody else has proposed about a break.",
        discussion: """
            EXAMPLES
              sampan breaks approve gateway.local:7443 12 --identity /etc/sampan/wang

            Exit code: 0 approved, 1 refused (also to who has proposed it) or the node cannot be asked, 64 wrong usage.
            """)

    @OptionGroup var decision: BreakDecision
    @Option(help: "A word about it; kept.")
    var note = ""

    func run() async throws { try await decision.run(approve: true, note: note) }
}

struct BreaksReject: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reject",
        abstract: "Reject what somebody else has proposed about a break, or withdraw one's own proposal.",
        discussion: """
            EXAMPLES
              sampan breaks reject gateway.local:7443 12 --note "the letter is about another day"

            Exit code: 0 it is open again, 1 refused or the node cannot be asked, 64 wrong usage.
            """)

    @OptionGroup var decision: BreakDecision
    @Option(help: "Why; kept.")
    var note: String

    func run() async throws { try await decision.run(approve: false, note: note) }
}

/// What approving and rejecting have in common.
struct BreakDecision: ParsableArguments {
    @Argument(help: "The gateway node, host:port.")
    var node: String
    @Argument(help: "Number of the break.")
    var number: UInt64
    @Option(help: "The step that is decided about, as show lists it. Left out: the last one.")
    var proposal: UInt32?
    @OptionGroup var caller: CallerOptions

    func validate() throws { try CallerOptions.check(node) }

    func run(approve: Bool, note: String) async throws {
        let remote = try caller.node(node)
        let (number, named) = (number, proposal)
        let found = try await remote.connected { channel in
            let client = ReconciliationV1.ReconciliationServiceClient(channel)
            var proposal = named ?? 0
            if named == nil {
                let seen = try await client.getBreak(ReconciliationV1.GetBreakRequest(number: number)).found
                guard let seen, seen.state == .proposed else { throw AdminFailure("nothing is proposed about break \(number)") }
                proposal = seen.lastStep
            }
            return try await client.decideResolution(
                ReconciliationV1.DecideResolutionRequest(number: number, proposal: proposal, approve: approve, note: note)
            ).found
        }
        try Self.put(found, json: caller.json)
    }

    static func put(_ found: ReconciliationV1.Break?, json: Bool) throws {
        let found = found ?? ReconciliationV1.Break()
        StandardOutput.line(json ? try JSONText.of(BreakAnswer(found)) : "break \(found.number) is \(BreakText.word(found.state))")
    }
}
