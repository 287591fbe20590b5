package import SampanDomain
internal import SampanRPC
internal import SampanStorage

/// Puts right what reconciliation has found about refunds, by the saga's own ways: a payment has one refund number for ever, so whatever
/// is asked here twice is given back once.
package struct PaymentRemedy: Sendable {
    /// What became of it.
    package enum Outcome: Sendable, Hashable {
        case refunded(RefundNo)
        /// Not in the time that there was; ask again.
        case underWay
        /// It is none of the cases that a rule may decide.
        case person(String)
    }

    private let store: PaymentStore
    private let channel: any PaymentChannel
    private let engine: PaymentEngine
    private let configuration: PaymentEngineConfiguration

    /// How long one attempt waits for the channel. 20 s: a wallet's refund takes seconds; who waits longer asks again.
    private static let patience: Duration = .seconds(20)

    package init(
        store: PaymentStore, channel: any PaymentChannel, engine: PaymentEngine, configuration: PaymentEngineConfiguration
    ) {
        self.store = store
        self.channel = channel
        self.engine = engine
        self.configuration = configuration
    }

    /// The channel is said to have the money of an order that was closed here: looks there itself, and has it given back.
    package func refundClosed(_ outTradeNo: OutTradeNo) async throws -> Outcome {
        guard let payment = try await known(outTradeNo) else { return .person("the platform has no such order") }
        switch payment.state {
        case .closed:
            guard case .paid(let paid, let amount) = try await channel.queryOrder(outTradeNo) else {
                return .person("the channel itself says that the order is not paid")
            }
            do throws(PaymentStoreError) {
                _ = try await store.apply(.paid(paid, amount: amount), to: outTradeNo, expecting: nil, now: configuration.now())
            } catch {
                guard case .transition = error else { throw error }
                return .person("the channel has another amount or another transaction than the order")
            }
        case .rejected, .expired, .refunding, .refunded: break
        case .created: return .person("the order is open: it is not closed yet")
        case .paid, .queued: return .person("the HIS has not decided yet; it is posted or given back by itself")
        case .posted: return .person("the HIS has posted the order: it was paid twice, or has to be taken back there first")
        }
        engine.start(outTradeNo)
        return try await refunded(outTradeNo)
    }

    /// The channel is said not to have a refund: asks it again under the number that it has.
    package func repeatRefund(_ outTradeNo: OutTradeNo, as number: RefundNo) async throws -> Outcome {
        guard let payment = try await known(outTradeNo) else { return .person("the platform has no such order") }
        guard payment.state.refundNo == number else { return .person("the platform has no such refund of this order") }
        if case .refunding = payment.state {
            engine.start(outTradeNo)
            return try await refunded(outTradeNo)
        }
        do throws(RPCError) {
            return try await channel.refund(outTradeNo, as: number, amount: payment.amount) ? .refunded(number) : .underWay
        } catch {
            guard [.failedPrecondition, .invalidArgument, .notFound, .alreadyExists].contains(error.code) else { throw error }
            return .person("the channel refuses the refund")
        }
    }

    private func known(_ outTradeNo: OutTradeNo) async throws(PaymentStoreError) -> PaymentRecord? {
        do throws(PaymentStoreError) {
            return try await store.payment(outTradeNo)
        } catch .unknownPayment {
            return nil
        }
    }

    /// Waits for the refund, for as long as one attempt may.
    private func refunded(_ outTradeNo: OutTradeNo) async throws -> Outcome {
        let (store, pause) = (store, configuration.pause)
        return try await withThrowingTaskGroup(of: Outcome.self) { tasks in
            tasks.addTask {
                let changes = store.watch(outTradeNo).makeAsyncIterator()
                while let payment = try await changes.next() {
                    if case .refunded(_, let number) = payment.state { return .refunded(number) }
                }
                return .underWay
            }
            tasks.addTask {
                await pause(Self.patience)
                return .underWay
            }
            let outcome = try await tasks.next() ?? .underWay
            tasks.cancelAll()
            return outcome
        }
    }
}
