internal import Logging
internal import SampanAPI
internal import SampanMesh
internal import SampanRPC
internal import SampanTransport
internal import Synchronization

/// A node's part in the mesh: the routes of its epochs in force, and itself among them.
///
/// Made before the node's trust, which tells it of routes; joined to the router when there is one. Safe from any task.
final class MeshPart: Sendable {
    private struct State {
        var router: MeshRouter?
        var routes: [EpochRoute]?
    }

    private let registration: NodeRegistration?
    private let state = Mutex(State())
    /// The routes may not say of this node what it says.
    private let nudge = Nudge()

    /// - Parameter registration: nil for a node that takes no calls from others.
    init(_ registration: NodeRegistration?) { self.registration = registration }

    /// For the node's trust.
    var takeRoutes: @Sendable ([EpochRoute]) -> Void {
        { [self] routes in
            let router = state.withLock { state -> MeshRouter? in
                state.routes = routes
                return state.router
            }
            router?.replace(routes)
            nudge.give()
        }
    }

    /// Before the node serves. Also has `router` know the routes that are in force already.
    func join(_ router: MeshRouter) {
        let routes = state.withLock { state -> [EpochRoute]? in
            state.router = router
            return state.routes
        }
        if let routes { router.replace(routes) }
    }

    /// Registers the node, and again whenever the region's routes say otherwise, until its task is cancelled.
    func keep(_ credentials: LiveCredentials, platform: [HostAndPort], services: [String], group: EventLoopGroup, log: Logger) async {
        guard let registration, !platform.isEmpty else { return }
        let wanted = registration.request(services: services)
        let name = EpochRoute.name(of: credentials.identity)
        let channel = ClientChannel(
            group: group, endpoints: platform.map { Endpoint($0) }, credentials: credentials, role: .platform)
        let registry = MeshV1.RegistryServiceClient(channel)
        while !Task.isCancelled {
            if isSaid(wanted, name) {
                await nudge.wait()
                continue
            }
            do {
                let response = try await registry.register(wanted, options: CallOptions(waitForReady: true))
                log.notice("this node is registered", metadata: ["route": "\(name)", "epoch": "\(response.epochNumber)"])
                // Its own epoch tells when it counts, and there is nothing to do until then.
                await nudge.wait(orFor: Self.patience, on: ContinuousClock())
            } catch {
                guard !Task.isCancelled else { break }
                log.error("this node is not registered", metadata: ["reason": "\(error)"])
                await nudge.wait(orFor: Self.pause * Double.random(in: 0.5...1.5), on: ContinuousClock())
            }
        }
        await channel.shutdown(grace: .zero)
    }

    /// Between two attempts. 5 s, spread: a thousand nodes are two hundred a second.
    private static let pause: Duration = .seconds(5)
    /// For the epoch that says so. 1 min: it comes within a second, or the platform has changed its mind.
    private static let patience: Duration = .seconds(60)

    private func isSaid(_ wanted: MeshV1.RegisterRequest, _ name: String) -> Bool {
        let said = state.withLock { $0.routes }?.first { $0.name == name }
        return said.map { $0.endpoints == wanted.endpoints && $0.services == wanted.services && $0.parent == wanted.parent } ?? false
    }
}
