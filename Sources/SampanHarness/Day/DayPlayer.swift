package import SampanAPI
internal import SampanDomain
internal import SampanFerry
internal import SampanRPC
internal import SampanTransport

/// Plays requests as hospitals and payers do: through the generated stubs, over mutual TLS, trying again where a call may be tried again.
package final class DayPlayer: Sendable {
    /// What one request came to.
    package struct Result: Sendable {
        package let request: DayRequest
        package let payment: PaymentV1.Payment
        /// From the payer's confirmation to the final state, as the caller saw it.
        let latency: Duration
    }

    private let group: EventLoopGroup
    private let hospitals: [String: ClientChannel]
    private let payer: ClientChannel

    package init(_ region: Region) throws {
        group = try EventLoopGroup(count: 1)
        var hospitals: [String: ClientChannel] = [:]
        for code in Region.institutions { hospitals[code] = try region.gatewayChannel(group, institution: code) }
        self.hospitals = hospitals
        payer = try region.payerChannel(group)
    }

    package func close() async {
        for channel in hospitals.values { await channel.shutdown(grace: .zero) }
        await payer.shutdown(grace: .zero)
        await group.shutdown()
    }

    /// Plays all, `concurrency` at a time, in order of their start, and no two started closer than `interval`.
    package func play(
        _ requests: [DayRequest], concurrency: Int, interval: Duration = .zero, progress: @Sendable (Int) -> Void = { _ in }
    ) async throws -> [Result] {
        try await withThrowingTaskGroup(of: Result.self) { tasks in
            var next = 0
            var results: [Result] = []
            while next < requests.count || results.count < requests.count {
                if next < requests.count, next - results.count < concurrency {
                    let request = requests[next]
                    if interval > .zero { try await Task.sleep(for: interval) }
                    tasks.addTask { try await self.play(request) }
                    next += 1
                } else if let result = try await tasks.next() {
                    results.append(result)
                    progress(results.count)
                }
            }
            return results
        }
    }

    private func play(_ request: DayRequest) async throws -> Result {
        guard let hospital = hospitals[request.institution] else { throw HarnessError("\(request.institution) is not in the region") }
        let client = PaymentV1.PaymentServiceClient(hospital)
        let created = try await repeating("pay \(request.outTradeNo.text)") { () async throws(RPCError) in
            try await self.pay(request, client)
        }
        let token = created.checkoutToken
        _ = try await repeating("confirm \(request.outTradeNo.text)") { () async throws(RPCError) in
            try await ChannelV1.PayerServiceClient(self.payer).payOrder(
                ChannelV1.PayOrderRequest(checkoutToken: token, pay: request.hisOutcome != nil), options: Self.options)
        }
        let confirmed = ContinuousClock.now
        let payment = try await repeating("watch \(request.outTradeNo.text)") { () async throws(RPCError) in
            try await self.watch(request, client)
        }
        return Result(request: request, payment: payment, latency: confirmed.duration(to: .now))
    }

    private func pay(_ request: DayRequest, _ client: PaymentV1.PaymentServiceClient) async throws(RPCError) -> PaymentV1.Payment {
        let order = PaymentV1.Order(
            outTradeNo: request.outTradeNo.text, institutionCode: request.institution, amountFen: request.amount.fen,
            channel: request.channel.message)
        let id = "day:\(request.outTradeNo.text)"
        let payment =
            switch request.kind {
            case .bookingFee:
                try await client.payBookingFee(PaymentV1.PayBookingFeeRequest(requestID: id, order: order), options: Self.options).payment
            case .outpatientFee:
                try await client.payOutpatientFee(
                    PaymentV1.PayOutpatientFeeRequest(requestID: id, order: order), options: Self.options
                ).payment
            case .inpatientDeposit:
                try await client.payInpatientDeposit(
                    PaymentV1.PayInpatientDepositRequest(requestID: id, order: order, admissionNumber: HISSeed.paymentDayAdmission),
                    options: Self.options
                ).payment
            }
        guard let payment else { throw RPCError(code: .internal, message: "the gateway answered without a payment") }
        return payment
    }

    /// Follows a payment to its final state.
    private func watch(_ request: DayRequest, _ client: PaymentV1.PaymentServiceClient) async throws(RPCError) -> PaymentV1.Payment {
        let changes = try await client.watchPayment(
            PaymentV1.WatchPaymentRequest(outTradeNo: request.outTradeNo.text), options: CallOptions(timeout: .seconds(120)))
        var last: PaymentV1.Payment?
        while let change = try await changes.next() { last = change.payment }
        guard let last else { throw RPCError(code: .unavailable, message: "the watch ended without a state") }
        return last
    }

    private static let options = CallOptions(timeout: .seconds(20), waitForReady: true)
    /// How long a hospital's program keeps trying. 10 minutes: on a busy machine a node is killed almost as soon as it has started.
    private static let patience: Duration = .seconds(600)

    /// Tries again what may be tried again: every call here carries an id, so a repetition does nothing twice.
    private func repeating<T>(_ what: String, _ body: () async throws(RPCError) -> T) async throws -> T {
        let start = ContinuousClock.now
        var wait: Duration = .milliseconds(20)
        while true {
            do throws(RPCError) {
                return try await body()
            } catch {
                let mayRepeat: Set<StatusCode> = [.unavailable, .deadlineExceeded, .cancelled, .aborted, .resourceExhausted]
                guard mayRepeat.contains(error.code), start.duration(to: .now) < Self.patience else {
                    throw HarnessError("\(what): \(error)")
                }
            }
            try await Task.sleep(for: wait * Int.random(in: 50...150) / 100)
            wait = min(wait * 2, .seconds(1))
        }
    }
}
