import SampanRPC
import SampanTransport

/// Looks at what a node reaches, and at who has its port.
struct NetworkCheck {
    let node: CheckedNode
    let credentials: NodeCredentials
    /// Nil to leave it out.
    let platform: HostAndPort?
    let timeout: Duration
    /// Seconds since 1970.
    let now: Int64

    func run() async throws -> [CheckFinding] {
        var findings: [CheckFinding] = []
        if let platform { findings += try await reach(platform) }
        if let listen = node.listen { findings.append(try await own(listen)) }
        return findings
    }

    private func reach(_ platform: HostAndPort) async throws -> [CheckFinding] {
        let remote = RemoteNode(address: platform, credentials: credentials, timeout: timeout)
        let steps = try await NodeProbe(node: remote, service: "", method: nil, now: now).run()
        let way = steps.prefix(5)
        guard let failed = way.first(where: { $0.verdict == .fail }) else {
            return [CheckFinding(.network, .platform, .ok, "the platform node \(remote.place) takes our connection")] + skew(steps)
        }
        let label = failed.label.map { "\($0): " } ?? ""
        return [
            CheckFinding(
                .network, .platform, .error, "the platform node \(remote.place): \(failed.name) failed: \(label)\(failed.detail)",
                failed.advice ?? "see sampan probe \(remote.place)")
        ]
    }

    private func skew(_ steps: [ProbeStep]) -> [CheckFinding] {
        guard let step = steps.first(where: { $0.name == "skew" && $0.verdict != .skip }) else { return [] }
        guard step.verdict == .fail else { return [CheckFinding(.clock, .skew, .ok, "the platform node's clock is off by \(step.detail)")] }
        return [CheckFinding(.clock, .skew, .warning, "the platform node's clock: \(step.detail)", step.advice)]
    }

    /// Who answers at the port that this node listens on: nobody, or the node itself.
    private func own(_ listen: HostAndPort) async throws -> CheckFinding {
        let host = listen.host == "0.0.0.0" ? "127.0.0.1" : listen.host == "::" ? "::1" : listen.host
        let place = "\(Endpoint(listen))"
        guard let address = SocketAddress(host: host, port: listen.port) else {
            return CheckFinding(.network, .listener, .error, "\(listen.host) is no numeric address", "listen on an address of this machine")
        }
        guard listen.port != 0 else { return CheckFinding(.network, .listener, .ok, "the kernel chooses the port") }
        let group = try EventLoopGroup(count: 1)
        let report = try await ConnectionProbe(group: group, credentials: credentials, timeout: timeout).run(address)
        await group.shutdown()
        if report.failure?.step == .connect { return CheckFinding(.network, .listener, .ok, "\(place) is free") }
        if let peer = report.peer, peer.identity == credentials.identity {
            return CheckFinding(.network, .listener, .ok, "this node serves at \(place)")
        }
        let who = report.peer.map { NodeName.short($0.identity.uri) } ?? "another program"
        return CheckFinding(
            .network, .listener, .error, "\(who) listens at \(place)", "stop it, or choose another port: this node cannot start beside it")
    }
}
