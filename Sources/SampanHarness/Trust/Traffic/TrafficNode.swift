internal import Foundation
internal import SampanMesh
internal import SampanNode
internal import SampanRPC
internal import SampanTransport

/// One institution's node under proof: its trust, a server that others call, and callers of others.
package struct TrafficNode: Sendable {
    private let plan: TrafficPlan

    /// Reads a `TrafficPlan`.
    package init(planFile: String) throws { plan = try TrafficPlan(file: planFile) }

    /// Until its task is cancelled. `ready` is called when it can be called.
    package func run(ready: @Sendable () -> Void) async throws {
        let group = try EventLoopGroup(count: 1)
        let ledger = TrafficLedger()
        var settings = NodeTrustSettings(platform: [Endpoint(host: "127.0.0.1", port: plan.platformPort)], version: "harness")
        settings.renewalSpread /= plan.haste
        settings.drainSpread /= plan.haste
        let trust = try NodeTrust(
            folder: NodeTrustFolder(path: plan.folder), group: group, settings: settings,
            time: .system(wall: WallClock.now),
            report: { event in FileHandle.standardError.write(Data("\(event)\n".utf8)) })
        let following = Following()
        let server = try GRPCServer(group: group, services: [TrafficService(ledger: ledger)], credentials: trust.credentials)
        _ = try await server.listen(on: try Self.loopback(plan.port))
        let control = TrafficControl(ledger: ledger) { order in
            switch order {
            case .renew: try await trust.renewNow()
            case .turnDeaf: await following.stop()
            }
        }
        let controlServer = try GRPCServer(group: group, services: [control], tls: nil)
        _ = try await controlServer.listen(on: try Self.loopback(plan.controlPort))
        following.start { await trust.run() }
        ready()
        await withDiscardingTaskGroup { tasks in
            for peer in plan.peers {
                let channel = ClientChannel(
                    group: group, endpoints: [Endpoint(host: "127.0.0.1", port: peer.port)], credentials: trust.credentials)
                let caller = TrafficCaller(
                    peer: peer.name, channel: channel, ledger: ledger, callers: plan.callers,
                    pause: .microseconds(plan.pauseMicroseconds))
                tasks.addTask { await caller.run() }
            }
        }
        await following.stop()
        await server.shutdown(grace: .seconds(1))
        await controlServer.shutdown(grace: .zero)
        await group.shutdown()
    }

    private static func loopback(_ port: UInt16) throws -> SocketAddress {
        guard let address = SocketAddress(host: "127.0.0.1", port: port) else { throw HarnessError("127.0.0.1 is no address") }
        return address
    }
}
