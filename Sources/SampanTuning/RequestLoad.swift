internal import Foundation
internal import SampanAPI
package import SampanRPC

/// Requests straight to a gateway's `RequestService`: submit, and watch until the outcome.
package struct RequestLoad: Sendable {
    private let client: GatewayV1.RequestServiceClient
    private let institution: String
    private let prefix: String
    private let lifetime: Duration

    /// - Parameters:
    ///   - institution: that of the caller's certificate, and whose HIS is charged.
    ///   - prefix: sets the ids of this load apart from those of others.
    ///   - lifetime: after which the inside gives a request up.
    package init(_ gateway: any Caller, institution: String, prefix: String, lifetime: Duration = .seconds(600)) {
        client = GatewayV1.RequestServiceClient(gateway)
        self.institution = institution
        self.prefix = prefix
        self.lifetime = lifetime
    }

    /// Open loop: a request every `1/rate` s, whether or not earlier ones are done. From submit to outcome, as the caller sees it.
    package func run(rate: Int, seconds: Int) async throws -> [Duration] {
        let count = rate * seconds
        let start = ContinuousClock.now
        return try await withThrowingTaskGroup(of: Duration.self) { tasks in
            for index in 0..<count {
                try await Task.sleep(until: start + .nanoseconds(Int64(index) * 1_000_000_000 / Int64(rate)), clock: .continuous)
                tasks.addTask { try await self.once(index) }
            }
            return try await tasks.reduce(into: []) { $0.append($1) }
        }
    }

    /// Closed loop: `concurrency` callers, each with one request at a time, for `seconds`.
    package func saturate(concurrency: Int, seconds: Int) async throws -> [Duration] {
        let end = ContinuousClock.now + .seconds(seconds)
        return try await withThrowingTaskGroup(of: [Duration].self) { tasks in
            for caller in 0..<concurrency {
                tasks.addTask {
                    var own: [Duration] = []
                    while ContinuousClock.now < end { own.append(try await self.once(caller * 1_000_000 + own.count)) }
                    return own
                }
            }
            return try await tasks.reduce(into: []) { $0 += $1 }
        }
    }

    private func once(_ index: Int) async throws -> Duration {
        let start = ContinuousClock.now
        let id = "\(prefix)\(index)"
        let now = Int64(Date.now.timeIntervalSince1970 * 1_000_000_000)
        let charge = GatewayV1.Charge(
            outTradeNo: id, institutionCode: institution, amountFen: 100, channel: .wechatPay,
            channelTransactionID: "42\(id)", paidAt: GoogleProtobuf.Timestamp(nanosecondsSince1970: now))
        let request = GatewayV1.Request(
            requestID: id, deadline: GoogleProtobuf.Timestamp(nanosecondsSince1970: now + lifetime.components.seconds * 1_000_000_000),
            command: .outpatientFee(GatewayV1.OutpatientFee(charge: charge)))
        let submitted = try await client.submitRequest(GatewayV1.SubmitRequestRequest(request: request)).status
        let changes = try await client.watchRequest(GatewayV1.WatchRequestRequest(seq: submitted?.seq ?? .max))
        var last: GatewayV1.RequestStatus?
        while let change = try await changes.next() { last = change.status }
        guard last?.state == .posted else { throw TuningError("request \(id) ended as \(String(describing: last?.state)), not posted") }
        return start.duration(to: .now)
    }
}
