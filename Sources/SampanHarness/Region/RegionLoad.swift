internal import SampanTransport
internal import SampanTuning

/// Requests to the gateway of a region, over one connection.
final class RegionLoad: Sendable {
    private let group: EventLoopGroup
    private let channel: ClientChannel
    private let load: RequestLoad

    init(_ region: Region, prefix: String) throws {
        group = try EventLoopGroup(count: 1)
        channel = try region.gatewayChannel(group, institution: Region.institutions[0])
        load = RequestLoad(channel, institution: Region.institutions[0], prefix: prefix)
    }

    func close() async {
        await channel.shutdown(grace: .zero)
        await group.shutdown()
    }

    /// As `RequestLoad.run`.
    func run(rate: Int, seconds: Int) async throws -> Latencies { Latencies(try await load.run(rate: rate, seconds: seconds)) }

    /// As `RequestLoad.saturate`.
    func saturate(concurrency: Int, seconds: Int) async throws -> (done: Int, latencies: Latencies) {
        let times = try await load.saturate(concurrency: concurrency, seconds: seconds)
        return (times.count, Latencies(times))
    }
}
