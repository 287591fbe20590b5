internal import SampanAPI
internal import SampanDomain
internal import SampanRPC
internal import SampanServices

/// Those who ask, pay and tell: a caller for each order, its payer, and the channel's notices.
struct SagaPeople: Sendable {
    let region: SimulatedRegion
    private let process: SimulatedProcess
    private let channel: SimulatedProcess

    private var world: SimulatedWorld { region.world }
    private var scenario: SagaScenario { region.scenario }

    init(_ region: SimulatedRegion) {
        self.region = region
        process = SimulatedProcess("caller", .outsider, region.world)
        channel = SimulatedProcess("channel", .outsider, region.world)
    }

    func start() throws(DomainError) {
        for (index, order) in scenario.orders.enumerated() {
            let outTradeNo = try Self.outTradeNo(index)
            world.after(order.arrival) { call(index) }
            plan(order, outTradeNo)
        }
        for (delay, what) in scenario.upsets {
            world.after(delay) {
                region.upset(what)
                switch what {
                case .repeatedCalls: for index in scenario.orders.indices { call(index) }
                case .forgedNotices:
                    for index in scenario.orders.indices { tell("SP\(index)", attempts: 1) }
                    tell("SPforged", attempts: 1)
                default: break
                }
            }
        }
    }

    static func outTradeNo(_ index: Int) throws(DomainError) -> OutTradeNo { try OutTradeNo("SP\(index)") }

    // MARK: The caller

    /// Asks until it has an answer, as every caller may.
    private func call(_ index: Int) {
        process.start {
            let client = PaymentV1.PaymentServiceClient(SimulatedLine(process: process, point: .foreignLine) { region.listener })
            while process.isAlive {
                do throws(RPCError) {
                    return try await ask(index, client)
                } catch {
                    guard error.code == .unavailable || error.code == .internal else {
                        return world.violate("a caller is refused: \(error.code) \(error.message)")
                    }
                    await world.pause(.seconds(1))
                }
            }
        }
    }

    private func ask(_ index: Int, _ client: PaymentV1.PaymentServiceClient) async throws(RPCError) {
        let order = scenario.orders[index]
        let message = PaymentV1.Order(
            outTradeNo: "SP\(index)", institutionCode: SimulatedDisks.institution, amountFen: Self.amount(order.business),
            channel: index % 2 == 0 ? .wechatPay : .alipay, patientNumber: "P\(index)")
        let id = "r\(index)"
        switch order.business {
        case .booking:
            _ = try await client.payBookingFee(
                PaymentV1.PayBookingFeeRequest(requestID: id, order: message, departmentCode: SimulatedDisks.department))
        case .lastPlace:
            _ = try await client.payBookingFee(
                PaymentV1.PayBookingFeeRequest(requestID: id, order: message, scheduleID: SimulatedDisks.schedule))
        case .bill:
            _ = try await client.payOutpatientFee(
                PaymentV1.PayOutpatientFeeRequest(requestID: id, order: message, chargeOrderIDs: [SimulatedDisks.bill]))
        case .deposit:
            _ = try await client.payInpatientDeposit(
                PaymentV1.PayInpatientDepositRequest(requestID: id, order: message, admissionNumber: SimulatedDisks.admission))
        case .strangerDeposit:
            _ = try await client.payInpatientDeposit(
                PaymentV1.PayInpatientDepositRequest(requestID: id, order: message, admissionNumber: "ZY9999"))
        }
    }

    static func amount(_ business: SagaScenario.Business) -> Int64 {
        switch business {
        case .booking, .lastPlace: 500
        case .bill: SimulatedDisks.billFen
        case .deposit, .strangerDeposit: 100_000
        }
    }

    // MARK: The payer

    private func plan(_ order: SagaScenario.Order, _ outTradeNo: OutTradeNo) {
        switch order.payer {
        case .never: break
        case .after(let milliseconds): world.after(order.arrival + .milliseconds(milliseconds)) { pay(outTradeNo, attempts: 60) }
        case .afterClose: world.after(order.arrival + SagaScenario.orderLifetime) { payAfterClose(outTradeNo, attempts: 600) }
        }
    }

    /// Once a second, until the order is there and paid, or cannot be.
    private func pay(_ outTradeNo: OutTradeNo, attempts: Int) {
        guard attempts > 0 else { return }
        if region.channel.pay(outTradeNo, anyway: false) {
            world.hasEffect()
            announce(outTradeNo)
        } else if region.channel.order(outTradeNo) == nil {
            world.after(.seconds(1)) { pay(outTradeNo, attempts: attempts - 1) }
        }
    }

    private func payAfterClose(_ outTradeNo: OutTradeNo, attempts: Int) {
        guard attempts > 0 else { return }
        guard case .closed = region.channel.status(outTradeNo) else {
            return world.after(.seconds(1)) { payAfterClose(outTradeNo, attempts: attempts - 1) }
        }
        world.after(.milliseconds(world.random(in: 0...3_000))) {
            if region.channel.pay(outTradeNo, anyway: true) {
                world.hasEffect()
                announce(outTradeNo)
            }
        }
    }

    // MARK: The channel's notices

    /// Tells the gateway until it is heard, as the channels do: after a moment, or late; now and then twice.
    private func announce(_ outTradeNo: OutTradeNo) {
        world.after(.milliseconds(world.random(in: 0...2_000))) { tell(outTradeNo.text, attempts: 40) }
        if world.random(in: 0...3) == 0 {
            world.after(.milliseconds(world.random(in: 0...60_000))) { tell(outTradeNo.text, attempts: 1) }
        }
    }

    private func tell(_ outTradeNo: String, attempts: Int) {
        channel.start {
            let client = ChannelV1.ChannelNotificationServiceClient(
                SimulatedLine(process: channel, point: .foreignLine) { region.listener })
            do throws(RPCError) {
                _ = try await client.notifyOrder(ChannelV1.NotifyOrderRequest(outTradeNo: outTradeNo))
            } catch {
                if attempts > 1 { world.after(.seconds(15)) { tell(outTradeNo, attempts: attempts - 1) } }
            }
        }
    }
}
