internal import SampanAPI
internal import SampanMesh
internal import SampanRPC
internal import SampanTransport

/// Takes a node out of the region's routes.
struct RouteWithdrawal: Sendable {
    let credentials: LiveCredentials
    let platform: [HostAndPort]
    let group: EventLoopGroup
    /// Number of the epoch in force; nil where the node follows none.
    let epoch: @Sendable () async -> UInt64?
    /// The routes in force have changed.
    let changed: Nudge

    /// 4 s: below the patience of `Draining`, so that the reason is told.
    private static let timeout: Duration = .seconds(4)

    /// Returns when the epoch that says so is in force here, and so, give or take a moment, everywhere; or what stood in the way. Nothing
    /// else may register the node meanwhile.
    func run() async -> String? {
        // A node without a platform has never registered.
        guard !platform.isEmpty else { return nil }
        let channel = ClientChannel(
            group: group, endpoints: platform.map { Endpoint($0) }, credentials: credentials, role: .platform)
        defer { Task { await channel.shutdown(grace: .zero) } }
        do throws(RPCError) {
            let response = try await MeshV1.RegistryServiceClient(channel).register(
                MeshV1.RegisterRequest(), options: CallOptions(timeout: Self.timeout, waitForReady: true))
            let deadline = ContinuousClock.now + Self.timeout
            while let epoch = await epoch(), epoch < response.epochNumber {
                guard ContinuousClock.now < deadline else { return "epoch \(response.epochNumber), which says so, has not come" }
                await changed.wait(orFor: deadline - .now, on: ContinuousClock())
            }
            return nil
        } catch {
            return "the platform: \(error.code): \(error.message)"
        }
    }
}
