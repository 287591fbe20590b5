import SampanAPI
import SampanCrypto
import SampanRPC
import SampanTransport

/// Looks at the way to a node step by step, from its name to the right to call it. What fails stops what hangs on it, which is then
/// skipped.
struct NodeProbe {
    let node: RemoteNode
    /// Service whose health is asked; empty for the node as a whole.
    let service: String
    /// Called with an empty message; nil to leave it at the health.
    let method: MethodDescriptor?
    /// Seconds since 1970.
    let now: Int64

    static let names = ["dns", "tcp", "tls", "trust path", "http/2", "skew", "health", "authorization"]

    /// All steps, in their order.
    func run() async throws -> [ProbeStep] {
        let clock = ContinuousClock()
        let began = clock.now
        let addresses: [SocketAddress]
        do throws(SocketError) {
            addresses = try await ConnectionProbe.addresses(host: node.address.host, port: node.address.port)
        } catch {
            let failed = ProbeStep(
                "dns", .fail, clock.now - began, "\(node.address.host) has no address",
                advice: "check the name, and the name server of this machine")
            return [failed] + Self.skipped(from: 1)
        }
        let isNumeric = addresses.first?.host == node.address.host
        let dns = ProbeStep(
            "dns", .pass, clock.now - began, isNumeric ? "a numeric address" : addresses.map(\.host).joined(separator: ", "))
        let group = try EventLoopGroup(count: 1)
        let probe = try ConnectionProbe(group: group, credentials: node.credentials, timeout: node.timeout)
        let (address, report) = await reach(addresses, probe)
        await group.shutdown()
        var steps = [dns] + ConnectionSteps(place: address.description, report: report, now: now).all
        if report.failure == nil { steps += try await calls() }
        return steps + Self.skipped(from: steps.count)
    }

    /// The first address that takes a connection, else the last one.
    private func reach(_ addresses: [SocketAddress], _ probe: ConnectionProbe) async -> (SocketAddress, ConnectionProbe.Report) {
        var last = (addresses[0], await probe.run(addresses[0]))
        for address in addresses.dropFirst() where last.1.failure?.step == .connect {
            last = (address, await probe.run(address))
        }
        return last
    }

    /// What calls tell, over a connection of their own as any program makes it.
    private func calls() async throws -> [ProbeStep] {
        try await node.connected { channel in
            // The first call pays for the connection; what is timed after it is the call alone.
            let health = CallSteps(channel: channel)
            _ = await health.health(service)
            return [await health.skew(), await health.health(service), await health.authorization(method)]
        }
    }

    private static func skipped(from index: Int) -> [ProbeStep] {
        names.dropFirst(index).map { ProbeStep($0, .skip, nil, "not reached") }
    }
}
