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
        var directory: EpochDirectory?
    }

    private let registration: NodeRegistration?
    private let state = Mutex(State())
    /// The routes may not say of this node what it says.
    private let nudge = Nudge()

    /// - Parameter registration: nil for a node that takes no calls from others.
    init(_ registration: NodeRegistration?) { self.registration = registration }

    /// For the node's trust.
    var takeRoutes: @Sendable (EpochDirectory) -> Void {
        { [self] directory in
            let router = state.withLock { state -> MeshRouter? in
                state.directory = directory
                return state.router
            }
            router?.replace(directory)
            nudge.give()
        }
    }

    /// Before the node serves. Also has `router` know the routes that are in force already.
    func join(_ router: MeshRouter) {
        let directory = state.withLock { state -> EpochDirectory? in
            state.router = router
            return state.directory
        }
        if let directory { router.replace(directory) }
    }

    /// Registers the node, and again whenever the region's routes say otherwise, until its task is cancelled.
    func keep(_ credentials: LiveCredentials, platform: [HostAndPort], group: EventLoopGroup, log: Logger) async {
        guard let registration, !platform.isEmpty else { return }
        let name = EpochRoute.name(of: credentials.identity)
        let wanted: EpochRoute
        do throws(EpochError) { wanted = try registration.route(name) } catch {
            log.error("this node cannot be registered", metadata: ["reason": "\(error)"])
            return
        }
        let channel = ClientChannel(
            group: group, endpoints: platform.map { Endpoint($0) }, credentials: credentials, role: .platform)
        let registry = MeshV1.RegistryServiceClient(channel)
        var (refusals, epoch) = (FailureRhythm(), UInt64?.none)
        while !Task.isCancelled {
            if isSaid(wanted) {
                await nudge.wait()
                continue
            }
            do {
                let response = try await registry.register(wanted.request, options: CallOptions(waitForReady: true))
                refusals.succeeded()
                // A platform of an older program leaves out what it does not know, and is asked again and again.
                if response.epochNumber != epoch {
                    log.notice("this node is registered", metadata: ["route": "\(name)", "epoch": "\(response.epochNumber)"])
                }
                epoch = response.epochNumber
                // Its own epoch tells when it counts, and there is nothing to do until then.
                await nudge.wait(orFor: Self.patience, on: ContinuousClock())
            } catch {
                guard !Task.isCancelled else { break }
                if let times = refusals.failed(Self.kind(of: error), at: ContinuousClock.now) {
                    log.error("this node is not registered", metadata: ["reason": "\(error)", "times": "\(times)"])
                }
                await nudge.wait(orFor: Self.pause * Double.random(in: 0.5...1.5), on: ContinuousClock())
            }
        }
        await channel.shutdown(grace: .zero)
    }

    /// Between two attempts. 5 s, spread: a thousand nodes are two hundred a second.
    private static let pause: Duration = .seconds(5)
    /// For the epoch that says so. 1 min: it comes within a second, or the platform has changed its mind.
    private static let patience: Duration = .seconds(60)

    private func isSaid(_ wanted: EpochRoute) -> Bool {
        state.withLock { $0.directory }?.routes.first { $0.name == wanted.name } == wanted
    }

    /// What makes two failures the same one: texts name ports and times that differ.
    private static func kind(of error: any Error) -> String {
        guard let error = error as? RPCError else { return "\(error)" }
        return "\(error.code) \(error.errorInfo?.reason ?? "")"
    }
}
