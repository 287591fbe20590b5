import ArgumentParser
import SampanAPI
import SampanRPC

struct WhyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "why",
        abstract: "Tell why a call failed, by its identifier.",
        discussion: """
            The identifier is the trailer sampan-call-id of every call that failed (sampan call shows it), or the call's trace. The node \
            is asked what it remembers; where it has passed the call on, the next node is asked too, directly and with the same \
            certificate. Without an identifier: the calls that the node remembers, the newest first, and among them the slowest.

            Admins of a node's institution, the platform and its admins are told of all calls; programs of those of their institution. \
            Nothing of a message is remembered.

            EXAMPLES
              sampan why 4bf92f3577b34da6a3ce929d0e0e4736 --node 10.0.0.7:7443
              sampan why --node 10.0.0.7:7443 --limit 20
              sampan why 4bf92f3577b34da6a3ce929d0e0e4736 --json | jq .hops[].records[].reason

            Exit code: 0, 1 the node does not know the call or cannot be asked, 64 wrong usage.
            """)

    @Argument(help: "32 hexadecimal digits: sampan-call-id, or the trace. Left out: list calls.")
    var callID: String?
    @Option(help: "Calls that are listed at most, 1 to 1000.")
    var limit: UInt32 = 100
    @OptionGroup var target: NodeOption

    func validate() throws {
        if let callID, TraceID(callID.lowercased()) == nil {
            throw ValidationError("A call's identifier is 32 hexadecimal digits, as the trailer sampan-call-id has them.")
        }
        guard (1...1_000).contains(limit) else { throw ValidationError("The limit is 1 to 1000.") }
    }

    func run() async throws {
        let remote = try target.remote()
        guard let callID else { return try await list(remote) }
        let id = callID.lowercased()
        let hops = try await CallTrail(id: id, caller: target.caller).hops(from: remote)
        guard let first = hops.first, !first.records.isEmpty else {
            let whose = hops.first?.ownOnly == true ? " of your institution" : ""
            throw AdminFailure(
                "\(remote.place) knows no call \(id)\(whose): it ended well, or long ago, or another node has answered it; a node remembers "
                    + "some thousand calls since its start")
        }
        StandardOutput.line(target.caller.json ? try JSONText.of(CallTrail.Answer(callID: id, hops: hops)) : CallStory(hops).text)
    }

    private func list(_ remote: RemoteNode) async throws {
        let limit = limit
        let response = try await remote.connected {
            try await TrustV1.NodeServiceClient($0).listCallRecords(TrustV1.ListCallRecordsRequest(limit: limit))
        }
        let records = response.records.map(CallRecordView.init)
        guard !target.caller.json else { return StandardOutput.line(try JSONText.of(records)) }
        if !records.isEmpty { StandardOutput.line(TextTable(CallRecordView.head, records.map(\.cells)).text) }
        let whose = response.ownOnly ? " of your institution" : ""
        StandardOutput.line("\(records.count) call\(records.count == 1 ? "" : "s")\(whose) remembered")
    }
}
