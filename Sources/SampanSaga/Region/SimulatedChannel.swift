internal import SampanDomain
internal import SampanRPC
internal import SampanServices
internal import Synchronization

/// The channel's own books: what it has really taken and given back. It outlives every process.
final class SimulatedChannel: Sendable {
    struct Order: Sendable {
        let amount: Money
        let expiry: UnixTime
        var status = ChannelOrderStatus.notPaid
        /// By refund number: how often it still says that it is at it; 0 when the money is back.
        var refunds: [RefundNo: Int] = [:]

        var isPaid: Bool { if case .paid = status { true } else { false } }
    }

    private let orders = Mutex<[OutTradeNo: Order]>([:])
    private let world: SimulatedWorld

    init(_ world: SimulatedWorld) { self.world = world }

    func order(_ outTradeNo: OutTradeNo) -> Order? { orders.withLock { $0[outTradeNo] } }

    /// The payer pays; false when there is nothing to be paid (any more).
    /// - Parameter anyway: also what is closed: money that was on its way when the order was closed.
    func pay(_ outTradeNo: OutTradeNo, anyway: Bool) -> Bool {
        let now = world.now
        let isPaid = orders.withLock { orders in
            guard let order = orders[outTradeNo] else { return false }
            switch order.status {
            case .notPaid where anyway || now < order.expiry, .closed where anyway:
                orders[outTradeNo]?.status = .paid(ChannelPayment(transactionID: "42" + outTradeNo.text, paidAt: now), amount: order.amount)
                return true
            case .notPaid, .closed, .paid, .unknown: return false
            }
        }
        if isPaid { world.note("paid", outTradeNo.text) }
        return isPaid
    }

    func create(_ outTradeNo: OutTradeNo, amount: Money, expiry: UnixTime) -> Result<String, RPCError> {
        orders.withLock { orders in
            if let order = orders[outTradeNo] {
                guard order.amount == amount, case .notPaid = order.status else {
                    return .failure(RPCError(code: .failedPrecondition, message: "the order is paid or closed"))
                }
            } else {
                guard world.now < expiry else { return .failure(RPCError(code: .failedPrecondition, message: "too late")) }
                orders[outTradeNo] = Order(amount: amount, expiry: expiry)
            }
            return .success("token-" + outTradeNo.text)
        }
    }

    func status(_ outTradeNo: OutTradeNo) -> ChannelOrderStatus { orders.withLock { $0[outTradeNo]?.status } ?? .unknown }

    func close(_ outTradeNo: OutTradeNo) -> Result<Void, RPCError> {
        orders.withLock { orders in
            guard let order = orders[outTradeNo] else { return .failure(RPCError(code: .notFound, message: "no such order")) }
            guard !order.isPaid else { return .failure(RPCError(code: .failedPrecondition, message: "the order is paid")) }
            orders[outTradeNo]?.status = .closed
            return .success(())
        }
    }

    /// Pays back under each number once. A real channel would refuse a second number where nothing is left; this one pays, and says that a
    /// rule is broken.
    /// - Parameter delays: how often it says first that it is at it.
    func refund(_ outTradeNo: OutTradeNo, as number: RefundNo, amount: Money, delays: Int) -> Result<Bool, RPCError> {
        let (result, fault) = orders.withLock { orders -> (Result<Bool, RPCError>, String?) in
            guard let order = orders[outTradeNo], order.isPaid else {
                return (.failure(RPCError(code: .failedPrecondition, message: "nobody paid")), "a refund of what nobody paid")
            }
            guard amount == order.amount else { return (.success(true), "a refund of another amount") }
            let left = order.refunds[number].map { max(0, $0 - 1) } ?? delays
            orders[outTradeNo]?.refunds[number] = left
            return (.success(left == 0), order.refunds[number] == nil && !order.refunds.isEmpty ? "refunded twice" : nil)
        }
        if let fault { world.violate("\(fault): \(outTradeNo.text)") }
        return result
    }
}

/// The channel as one life of the gateway reaches it.
struct SimulatedChannelLine: PaymentChannel {
    let channel: SimulatedChannel
    let process: SimulatedProcess
    let bug: PlantedBug?

    func createOrder(_ payment: PaymentRecord, expiry: UnixTime) async throws(RPCError) -> String {
        try await ask("order at the channel") { channel.create(payment.outTradeNo, amount: payment.amount, expiry: expiry) }
    }

    func queryOrder(_ outTradeNo: OutTradeNo) async throws(RPCError) -> ChannelOrderStatus {
        try await ask("question to the channel") { .success(channel.status(outTradeNo)) }
    }

    func closeOrder(_ outTradeNo: OutTradeNo) async throws(RPCError) {
        try await ask("closing at the channel") { channel.close(outTradeNo) }
    }

    func refund(_ outTradeNo: OutTradeNo, as number: RefundNo, amount: Money) async throws(RPCError) -> Bool {
        let number = bug == .freshRefundNumbers ? try fresh() : number
        let delays = process.world.random(in: 0...2)
        return try await ask("refund at the channel") { channel.refund(outTradeNo, as: number, amount: amount, delays: delays) }
    }

    private func fresh() throws(RPCError) -> RefundNo {
        do throws(DomainError) {
            return try RefundNo("RF\(process.world.points.count)")
        } catch {
            throw RPCError(code: .internal, message: "\(error)")
        }
    }

    private func ask<T: Sendable>(_ what: StaticString, _ effect: () -> Result<T, RPCError>) async throws(RPCError) -> T {
        let result: Result<T, RPCError>
        do throws(SimulatedInterruption) {
            result = try await process.act(.channel, what) { effect() }
        } catch {
            throw RPCError(code: .unavailable, message: "simulated: \(error)")
        }
        return try result.get()
    }
}
