internal import Foundation
internal import SampanAPI
internal import SampanMesh
internal import SampanRPC
internal import SampanTransport

/// A hospital's program on our own stack: calls others by name through its own node without end, each of its callers one call after the
/// other. The calls are retry-safe (gRFC A6), and its channel is told so as any program's is: by service config.
struct MeshCaller: Sendable {
    /// What a program's channel says of its calls. Five attempts, the first repeated at once: what a node drops it drops when it goes, and
    /// the next one is there already.
    static let serviceConfig = """
        {"methodConfig": [{"name": [{}], "waitForReady": true, "retryPolicy": {"maxAttempts": 5, "initialBackoff": "0.05s", \
        "maxBackoff": "1s", "backoffMultiplier": 2, "retryableStatusCodes": ["UNAVAILABLE"]}}]}
        """

    let channel: ClientChannel
    /// Whom it calls (`CallTarget`): its callers take them in turns.
    let targets: [String]
    let callers: Int
    /// From the end of one call to the next of the same caller.
    let pause: Duration
    /// Each caller is a peer of its own there, so that one that is stuck shows.
    let ledger = TrafficLedger()

    /// A program of `institution`, which knows the nodes of its own institution and nothing else.
    init(_ region: MeshRegion, institution: String, targets: [String], callers: Int, pause: Duration) async throws {
        var configuration = ChannelConfiguration()
        configuration.serviceConfig = try JSONDecoder().decode(ServiceConfig.self, from: Data(Self.serviceConfig.utf8))
        let credentials = try await region.program("his", of: institution).read(trustDomain: MeshRegion.trustDomain).credentials
        channel = try ClientChannel(
            group: region.group, endpoints: region.nodes(of: institution).map { Endpoint(host: $0.address.host, port: $0.address.port) },
            credentials: credentials, configuration: configuration)
        (self.targets, self.callers, self.pause) = (targets, callers, pause)
    }

    /// Until its task is cancelled.
    func run() async {
        await withDiscardingTaskGroup { tasks in
            for number in 0..<callers { tasks.addTask { await call("caller \(number)", targets[number % targets.count]) } }
        }
        await channel.shutdown(grace: .zero)
    }

    private func call(_ name: String, _ target: String) async {
        while !Task.isCancelled {
            let start = ContinuousClock.now
            do {
                var metadata = Metadata()
                try metadata.append(target, for: "sampan-to")
                _ = try await GRPCHealthV1.HealthClient(channel).check(
                    GRPCHealthV1.HealthCheckRequest(), options: CallOptions(timeout: Self.timeout, metadata: metadata))
                ledger.called(name, took: start.duration(to: .now))
            } catch {
                guard !Task.isCancelled else { return }
                ledger.failed(name, error as? RPCError ?? RPCError(code: .unknown, message: "\(error)"))
            }
            try? await Task.sleep(for: pause)
        }
    }

    /// Longer than anything takes that is to be survived.
    private static let timeout: Duration = .seconds(20)

    /// Returns when every caller has had an answer to a call that it began after now.
    /// - Parameter seen: what was counted until then, piece by piece.
    func awaitAnswers(_ seen: (TrafficReport) -> Void) async throws {
        seen(ledger.take())
        var calls: [String: Int] = [:]
        try await Waiting.value("every caller to be answered", limit: .seconds(60), interval: .milliseconds(5)) {
            let report = ledger.take()
            seen(report)
            for (name, peer) in report.peers { calls[name, default: 0] += peer.calls }
            // The first may have begun before.
            return calls.filter { $0.value >= 2 }.count == callers ? () : nil
        }
    }

    /// Returns when every caller has been answered twice with no failure between: routes come with an epoch, of which a program does not
    /// hear. What was counted until then does not count.
    func awaitRoutes() async throws {
        try await Waiting.value("the routes of all that are called", limit: .seconds(60), interval: .milliseconds(100)) {
            var failed = 0
            try await awaitAnswers { failed += $0.peers.values.reduce(0) { $0 + $1.failed } }
            return failed == 0 ? () : nil
        }
    }
}
