import SampanDomain
import SampanRPC
import Synchronization

@testable import SampanServices

/// A payment channel in memory that does and fails as a script says.
final class ScriptedChannel: PaymentChannel {
    enum Method: Hashable, Sendable, CaseIterable { case create, query, close, refund }

    struct Call: Hashable, Sendable {
        let method: Method
        let outTradeNo: OutTradeNo
        /// How often this method was asked about this order before.
        let index: Int
    }

    enum Fault: Sendable, CaseIterable {
        /// The question never arrived.
        case lostRequest
        /// It did what it was asked for, and the answer was lost.
        case lostAnswer
    }

    struct Order: Sendable {
        let amount: Money
        var status = ChannelOrderStatus.notPaid
        var refunds: [RefundNo: Money] = [:]
        /// Numbers the saga has ever asked under.
        var refundNumbers: Set<RefundNo> = []
    }

    private struct State {
        var orders: [OutTradeNo: Order] = [:]
        var calls: [Call] = []
        var counts: [Method: [OutTradeNo: Int]] = [:]
    }

    private let state = Mutex(State())
    private let script: @Sendable (ScriptedChannel, Call) async -> Fault?
    /// Answers PROCESSING this often before a refund is done.
    private let processing: Int
    /// The planted bug of the canary: each repetition of a refund pays again.
    private let refundsAgain: Bool

    init(
        processing: Int = 0, refundsAgain: Bool = false,
        _ script: @escaping @Sendable (ScriptedChannel, Call) async -> Fault? = { _, _ in nil }
    ) {
        self.processing = processing
        self.refundsAgain = refundsAgain
        self.script = script
    }

    var calls: [Call] { state.withLock { $0.calls } }
    func order(_ outTradeNo: OutTradeNo) -> Order? { state.withLock { $0.orders[outTradeNo] } }
    func count(_ method: Method, _ outTradeNo: OutTradeNo) -> Int { calls.count { $0.method == method && $0.outTradeNo == outTradeNo } }

    // MARK: The payer

    /// Pays, if the order is open; `anyway` also when it is closed (the channel's own disorder).
    func pay(_ outTradeNo: OutTradeNo, at time: UnixTime = morning, amount: Money? = nil, anyway: Bool = false) {
        state.withLock { state in
            guard let order = state.orders[outTradeNo], order.status == .notPaid || (anyway && order.status == .closed) else { return }
            let payment = ChannelPayment(transactionID: "4200-\(outTradeNo.text)", paidAt: time)
            state.orders[outTradeNo]?.status = .paid(payment, amount: amount ?? order.amount)
        }
    }

    func decline(_ outTradeNo: OutTradeNo) {
        state.withLock { state in
            if state.orders[outTradeNo]?.status == .notPaid { state.orders[outTradeNo]?.status = .closed }
        }
    }

    // MARK: The merchant

    func createOrder(_ payment: PaymentRecord, expiry: UnixTime) async throws(RPCError) -> String {
        try await answer(.create, payment.outTradeNo) { state throws(RPCError) in
            if state.orders[payment.outTradeNo] == nil { state.orders[payment.outTradeNo] = Order(amount: payment.amount) }
            return "token-\(payment.outTradeNo.text)"
        }
    }

    func queryOrder(_ outTradeNo: OutTradeNo) async throws(RPCError) -> ChannelOrderStatus {
        try await answer(.query, outTradeNo) { state throws(RPCError) in state.orders[outTradeNo]?.status ?? .unknown }
    }

    func closeOrder(_ outTradeNo: OutTradeNo) async throws(RPCError) {
        try await answer(.close, outTradeNo) { state throws(RPCError) in
            switch state.orders[outTradeNo]?.status {
            case .notPaid, .closed: state.orders[outTradeNo]?.status = .closed
            case .paid: throw RPCError(code: .failedPrecondition, message: "paid")
            case .unknown, nil: throw RPCError(code: .notFound, message: "unknown")
            }
        }
    }

    func refund(_ outTradeNo: OutTradeNo, as number: RefundNo, amount: Money) async throws(RPCError) -> Bool {
        let (processing, refundsAgain) = (processing, refundsAgain)
        return try await answer(.refund, outTradeNo) { state throws(RPCError) in
            guard var order = state.orders[outTradeNo], case .paid = order.status else {
                throw RPCError(code: .failedPrecondition, message: "nothing to refund")
            }
            order.refundNumbers.insert(number)
            let asked = state.counts[.refund]?[outTradeNo] ?? 0
            let isNew = order.refunds[number] == nil
            order.refunds[number] = amount
            if refundsAgain, !isNew, let again = try? RefundNo("RF209901010000000\(order.refunds.count)") { order.refunds[again] = amount }
            state.orders[outTradeNo] = order
            return asked > processing
        }
    }

    private func answer<R: Sendable>(
        _ method: Method, _ outTradeNo: OutTradeNo, _ effect: @Sendable (inout State) throws(RPCError) -> R
    ) async throws(RPCError) -> R {
        let call = state.withLock { state in
            let call = Call(method: method, outTradeNo: outTradeNo, index: state.counts[method]?[outTradeNo] ?? 0)
            state.counts[method, default: [:]][outTradeNo, default: 0] += 1
            state.calls.append(call)
            return call
        }
        let fault = await script(self, call)
        if fault == .lostRequest { throw RPCError(code: .unavailable, message: "lost on the way there") }
        let result = state.withLock { state -> Result<R, RPCError> in
            do throws(RPCError) { return .success(try effect(&state)) } catch { return .failure(error) }
        }
        if fault == .lostAnswer { throw RPCError(code: .deadlineExceeded, message: "lost on the way back") }
        return try result.get()
    }
}
