internal import Foundation
package import Logging
internal import SampanAPI
internal import SampanDomain
internal import SampanFerry
internal import SampanMesh
internal import SampanRPC
internal import SampanStorage
internal import SampanTransport

/// One ferry worker process, composed: credentials, channel to the gateway, HIS, worker.
package struct FerryNode: Sendable {
    private let configuration: FerryConfiguration
    private let worker: Int
    private let log: Logger

    package init(_ configuration: FerryConfiguration, worker: Int, log: Logger) {
        self.configuration = configuration
        self.worker = worker
        self.log = log
    }

    /// Works until its task is cancelled. Throws when it cannot start.
    package func run() async throws {
        _ = try configuration.node.credentials(as: .ferry)
        let opener =
            configuration.sealingKeys.isEmpty ? nil : try OpeningKeys(files: configuration.sealingKeys).opener
        let store = try await HISStore.open(
            path: configuration.his.database,
            seed: configuration.his.seedsPaymentDay ? .paymentDay : HISSeed(institutions: [], departments: []))
        let group = try EventLoopGroup(count: 1)
        // Workers are processes of one node: the first of them keeps its folder.
        let security = try NodeSecurity(configuration.node, as: .ferry, isCompanion: worker != 0, group: group, log: log)
        let channel = ClientChannel(group: group, endpoints: [Endpoint(configuration.gateway)], credentials: security.credentials)
        let ferry = try FerryWorker(
            WorkerConfiguration(
                worker: worker, count: configuration.workers, session: Self.newSession(), batch: configuration.batch,
                pollInterval: configuration.pollInterval, wakes: configuration.wakes, scheme: configuration.scheme, opener: opener),
            gateway: channel, his: try adapter(store), time: WorkerTime(wall: WallClock.now), log: log)
        let inquiries = InquiryWorker(
            gateway: channel, his: store, pollInterval: configuration.pollInterval, time: WorkerTime(wall: WallClock.now), log: log)
        async let keeping: Void = security.keep()
        await withTaskGroup(of: Void.self) { tasks in
            tasks.addTask { await inquiries.run() }
            tasks.addTask { await ferry.run() }
            // A worker that another has replaced answers no questions either.
            await tasks.next()
            tasks.cancelAll()
        }
        await keeping
        await channel.shutdown(grace: .seconds(1))
        await group.shutdown()
        await store.close()
    }

    /// 128 bits of chance: no two runs of a worker have the same name.
    private static func newSession() -> String {
        var random = SystemRandomNumberGenerator()
        return String(random.next() as UInt64, radix: 16) + "-" + String(random.next() as UInt64, radix: 16)
    }

    private func adapter(_ store: HISStore) throws -> any HISAdapter {
        guard let file = configuration.his.faultPlan else { return store }
        // 64 MiB: a line of a payment day has some 200 bytes.
        let data = try ConfigurationFile.read(file, limit: 67_108_864)
        return FaultyHIS(store, plan: try FaultPlan(try CSVTable(Array(data)), timeout: configuration.his.timeout))
    }
}
