import ArgumentParser
import SampanAPI
import SampanRPC

struct DrainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "drain",
        abstract: "Take a node out of service without a failed call, and end its process.",
        discussion: """
            The node says NOT_SERVING, leaves the region's routes, tells its connections to go and takes no new calls; those under way \
            end, for as long as the grace lasts. Then the process ends with exit code 0, as after SIGTERM. Prints how it goes at changes \
            and once a second. Interrupting this command does not stop the drain; running it again joins it. For admins of the node's \
            own institution, the platform and its admins.

            EXAMPLES
              sampan drain --node 10.0.0.7:7443 --identity /var/lib/sampan/trust
              sampan drain --node 10.0.0.7:7443 --grace 5m
              sampan drain --node gateway.local:7443 --json | jq -c 'select(.phase == "over")'

            Exit code: 0 no call was cut, 1 calls were cut when the grace was over, or the node cannot be asked, 64 wrong usage.
            """)

    @Option(help: "Time that calls under way have to end: a number and ms, s, m, h; at most 1h. Left out: what the node's file says.")
    var grace: TimeSpan?
    @OptionGroup var target: NodeOption

    /// Beyond the grace: leaving, cutting, and a line that hiccups.
    private static let allowance: Duration = .seconds(60)
    private static let longestGrace: Duration = .seconds(3_600)

    func validate() throws {
        if let grace, grace.duration > Self.longestGrace { throw ValidationError("The grace is at most 1h.") }
    }

    func run() async throws {
        let remote = try target.remote()
        let request = TrustV1.DrainRequest(grace: grace.flatMap { GoogleProtobuf.Duration($0.duration) })
        // A stream that tells: it lasts as long as there is something to tell.
        let options = CallOptions(timeout: (grace?.duration ?? Self.longestGrace) + Self.allowance)
        let last = try await remote.connected { channel in
            let responses = try await TrustV1.NodeServiceClient(channel).drain(request, options: options)
            var last: DrainProgress?
            while let response = try await responses.next() {
                let progress = DrainProgress(response)
                StandardOutput.line(target.caller.json ? try progress.json : progress.line)
                last = progress
            }
            return last
        }
        guard let last, last.phase == "over" else { throw AdminFailure("\(remote.place): the node ended before it said that it is empty") }
        guard last.cutCalls > 0 else { return }
        throw AdminFailure("\(remote.place): \(last.cuts) not ended within the grace, and ended with UNAVAILABLE")
    }
}
