internal import SampanChannels
package import SampanDomain
internal import SampanFerry
internal import SampanHTTPClient
package import SampanRPC

/// WeChat Pay and Alipay in their own protocols, as the saga needs them: each order goes to the channel that it was made for.
///
/// What the channel says is turned into what the saga may do (`Docs/Channels.md` has the table): only a signed "done" moves money in the
/// books, and nothing that is merely not known ends a payment.
package struct MerchantChannels: PaymentChannel {
    private let store: PaymentStore
    private let weChat: WeChatChannel?
    private let alipay: AlipayChannel?
    private let others: (any PaymentChannel)?
    private let configuration: PaymentEngineConfiguration

    /// - Parameters:
    ///   - store: knows of each order its channel, amount and time.
    ///   - others: has the orders of a channel that is not spoken with here.
    package init(
        store: PaymentStore, weChat: WeChatChannel?, alipay: AlipayChannel?, others: (any PaymentChannel)?,
        configuration: PaymentEngineConfiguration
    ) {
        self.store = store
        self.others = others
        self.weChat = weChat
        self.alipay = alipay
        self.configuration = configuration
    }

    package func createOrder(_ payment: PaymentRecord, expiry: UnixTime) async throws(RPCError) -> String {
        guard let channel = own(payment.channel) else { return try await other(payment).createOrder(payment, expiry: expiry) }
        let answer = try await Self.asked { () async throws in
            try await channel.makeOrder(
                ChannelOrder(outTradeNo: payment.outTradeNo, amount: payment.amount, title: payment.kind.rawValue, expiry: expiry))
        }
        guard case .done(let token) = answer else { throw Self.failure(answer) }
        return token
    }

    package func queryOrder(_ outTradeNo: OutTradeNo) async throws(RPCError) -> ChannelOrderStatus {
        let payment = try await record(outTradeNo)
        guard let channel = own(payment.channel) else { return try await other(payment).queryOrder(outTradeNo) }
        let answer = try await Self.asked { () async throws in
            try await channel.queryOrder(outTradeNo, amount: payment.amount)
        }
        switch answer {
        case .done(.paid(let order)):
            return .paid(ChannelPayment(transactionID: order.transactionID, paidAt: order.paidAt), amount: order.amount)
        case .done(.closed): return .closed
        case .done(.refunding):
            throw RPCError(
                code: .failedPrecondition, message: "the channel has given this payment back, and was not asked to by this gateway")
        case .notYet: return .notPaid
        case .unknown: return isUnseen(payment) ? .notPaid : .unknown
        case .refused, .askAgain: throw Self.failure(answer)
        }
    }

    package func closeOrder(_ outTradeNo: OutTradeNo) async throws(RPCError) {
        let payment = try await record(outTradeNo)
        guard let channel = own(payment.channel) else { return try await other(payment).closeOrder(outTradeNo) }
        let answer = try await Self.asked { () async throws in try await channel.closeOrder(outTradeNo) }
        switch answer {
        // What is not known there cannot be paid there: the query that follows says so too.
        case .done, .unknown: return
        case .refused, .notYet, .askAgain: throw Self.failure(answer)
        }
    }

    package func refund(_ outTradeNo: OutTradeNo, as number: RefundNo, amount: Money) async throws(RPCError) -> Bool {
        let payment = try await record(outTradeNo)
        guard let channel = own(payment.channel) else {
            return try await other(payment).refund(outTradeNo, as: number, amount: amount)
        }
        let answer = try await Self.asked { () async throws in
            try await channel.refund(
                ChannelRefund(
                    outTradeNo: outTradeNo, outRefundNo: number, amount: amount, total: payment.amount, reason: "HIS_NOT_POSTED"))
        }
        switch answer {
        case .done: return true
        case .notYet: return false
        case .unknown, .refused, .askAgain: throw Self.failure(answer)
        }
    }

    /// Alipay makes the trade when the payer scans the code, so until then an order that was made is not known there; WeChat Pay may not
    /// have it everywhere at once. Either has signed that it was made: it is waited for, and not made again and again.
    private func isUnseen(_ payment: PaymentRecord) -> Bool {
        let end = payment.createdAt.advanced(byNanoseconds: configuration.orderLifetime.wholeNanoseconds)
        return payment.checkoutToken != nil && configuration.now() < end
    }

    private func own(_ kind: PaymentChannelKind) -> (any MerchantChannel)? {
        switch kind {
        case .wechatPay: weChat
        case .alipay: alipay
        }
    }

    private func other(_ payment: PaymentRecord) throws(RPCError) -> any PaymentChannel {
        guard let others else {
            throw RPCError(code: .failedPrecondition, message: "this gateway is no merchant of \(payment.channel.rawValue)")
        }
        return others
    }

    private func record(_ outTradeNo: OutTradeNo) async throws(RPCError) -> PaymentRecord {
        do throws(PaymentStoreError) { return try await store.payment(outTradeNo) } catch { throw error.rpcError }
    }

    private static func asked<Answer>(_ body: () async throws -> Answer) async throws(RPCError) -> Answer {
        do {
            return try await body()
        } catch let error as RPCError {
            throw error
        } catch let error as HTTPClientError {
            throw RPCError(code: .unavailable, message: "the channel gave no answer: \(error)")
        } catch {
            // A fault names itself, and nothing of what came.
            throw RPCError(code: .internal, message: "the channel's answer is not believed: \(error)")
        }
    }

    /// What is not done, as the saga hears it: refused is for a person, all else is asked again.
    private static func failure<Value>(_ answer: ChannelAnswer<Value>) -> RPCError {
        switch answer {
        case .refused(let code): RPCError(code: .failedPrecondition, message: "the channel refuses it: \(code)")
        case .unknown(let code): RPCError(code: .unavailable, message: "the channel does not know it: \(code)")
        case .notYet(let code), .askAgain(let code): RPCError(code: .unavailable, message: "the channel has not done it: \(code)")
        case .done: RPCError(code: .internal, message: "the channel has done it")
        }
    }
}
