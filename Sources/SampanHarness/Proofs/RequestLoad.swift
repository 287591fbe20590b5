internal import Foundation
internal import SampanAPI
internal import SampanRPC
internal import SampanTransport

/// Requests straight to the gateway's `RequestService`: submit, and watch until the outcome.
final class RequestLoad: Sendable {
    private let group: EventLoopGroup
    private let channel: ClientChannel
    private let client: GatewayV1.RequestServiceClient
    private let prefix: String

    init(_ region: Region, prefix: String) throws {
        group = try EventLoopGroup(count: 1)
        channel = try region.gatewayChannel(group, institution: Region.institutions[0])
        client = GatewayV1.RequestServiceClient(channel)
        self.prefix = prefix
    }

    func close() async {
        await channel.shutdown(grace: .zero)
        await group.shutdown()
    }

    /// Open loop: a request every `1/rate` s, whether or not earlier ones are done. From submit to outcome, as the caller sees it.
    func run(rate: Int, seconds: Int) async throws -> Latencies {
        let count = rate * seconds
        let start = ContinuousClock.now
        return Latencies(
            try await withThrowingTaskGroup(of: Duration.self) { tasks in
                for index in 0..<count {
                    try await Task.sleep(until: start + .nanoseconds(Int64(index) * 1_000_000_000 / Int64(rate)), clock: .continuous)
                    tasks.addTask { try await self.once(index) }
                }
                return try await tasks.reduce(into: []) { $0.append($1) }
            })
    }

    /// Closed loop: `concurrency` callers, each with one request at a time, for `seconds`.
    func saturate(concurrency: Int, seconds: Int) async throws -> (done: Int, latencies: Latencies) {
        let end = ContinuousClock.now + .seconds(seconds)
        let latencies = try await withThrowingTaskGroup(of: [Duration].self) { tasks in
            for caller in 0..<concurrency {
                tasks.addTask {
                    var own: [Duration] = []
                    while ContinuousClock.now < end { own.append(try await self.once(caller * 1_000_000 + own.count)) }
                    return own
                }
            }
            return try await tasks.reduce(into: []) { $0 += $1 }
        }
        return (latencies.count, Latencies(latencies))
    }

    private func once(_ index: Int) async throws -> Duration {
        let start = ContinuousClock.now
        let id = "\(prefix)\(index)"
        let now = Int64(Date.now.timeIntervalSince1970 * 1_000_000_000)
        let charge = GatewayV1.Charge(
            outTradeNo: id, institutionCode: Region.institutions[0], amountFen: 100, channel: .wechatPay,
            channelTransactionID: "42\(id)", paidAt: GoogleProtobuf.Timestamp(nanosecondsSince1970: now))
        let request = GatewayV1.Request(
            requestID: id, deadline: GoogleProtobuf.Timestamp(nanosecondsSince1970: now + 600_000_000_000),
            command: .outpatientFee(GatewayV1.OutpatientFee(charge: charge)))
        let submitted = try await client.submitRequest(GatewayV1.SubmitRequestRequest(request: request)).status
        let changes = try await client.watchRequest(GatewayV1.WatchRequestRequest(seq: submitted?.seq ?? .max))
        var last: GatewayV1.RequestStatus?
        while let change = try await changes.next() { last = change.status }
        guard last?.state == .posted else { throw HarnessError("\(id) ended as \(String(describing: last?.state))") }
        return start.duration(to: .now)
    }
}
