package import Logging
package import SampanDomain
internal import SampanFerry
internal import SampanRPC
internal import Synchronization

/// Moves payments: one mover per payment that is not final, from whatever state the store says it is in (RF-01).
///
/// A mover reads the state, does the one thing that leads out of it, and lets the store note the event; it holds nothing that a
/// crash could lose. Every outer effect it asks for has a number of its own, so asking again is harmless.
package final class PaymentEngine: Sendable {
    private let store: PaymentStore
    private let channel: any PaymentChannel
    private let queue: PaymentQueue
    private let configuration: PaymentEngineConfiguration
    private let log: Logger
    private let signals = Mutex<[OutTradeNo: MoverSignal]>([:])
    private let starts: AsyncStream<OutTradeNo>
    private let starter: AsyncStream<OutTradeNo>.Continuation

    package init(
        store: PaymentStore, channel: any PaymentChannel, queue: PaymentQueue, configuration: PaymentEngineConfiguration, log: Logger
    ) {
        self.store = store
        self.channel = channel
        self.queue = queue
        self.configuration = configuration
        self.log = log
        (starts, starter) = AsyncStream.makeStream()
    }

    /// Takes up every unfinished payment, then moves new ones, until its task is cancelled.
    package func run() async {
        await withDiscardingTaskGroup { movers in
            movers.addTask { await self.takeUp() }
            for await outTradeNo in starts {
                movers.addTask { await self.move(outTradeNo) }
            }
        }
    }

    /// Gives a payment a mover, if it has none.
    package func start(_ outTradeNo: OutTradeNo) {
        let isNew = signals.withLock { signals in
            guard signals[outTradeNo] == nil else { return false }
            signals[outTradeNo] = MoverSignal()
            return true
        }
        if isNew { starter.yield(outTradeNo) }
    }

    /// Something happened to an order at the channel. A hint is never believed, only followed up: the channel is asked, and money that it
    /// has is on disk when this returns. Only then may the channel hear that it was understood: nothing else leads back to an order that is
    /// closed, and one that is not may be closed in this moment. One about an order that is not known here does nothing.
    ///
    /// Throws `PaymentStoreError.storage` and the channel's `RPCError`: the channel is to tell it again.
    package func hint(_ outTradeNo: OutTradeNo) async throws {
        do {
            let payment = try await store.payment(outTradeNo)
            if payment.state.channelPayment == nil, case .paid(let paid, let amount) = try await channel.queryOrder(outTradeNo) {
                _ = try await store.apply(.paid(paid, amount: amount), to: outTradeNo, expecting: nil, now: configuration.now())
            }
        } catch PaymentStoreError.unknownPayment {
            return
        } catch let error as PaymentStoreError where needsPerson(error) {
            // Told again it would be the same.
            note(error, outTradeNo, configuration.longestBackoff)
        }
        wake(outTradeNo)
    }

    /// Has its mover look at a payment now.
    private func wake(_ outTradeNo: OutTradeNo) {
        let isNew = signals.withLock { signals in
            guard let signal = signals[outTradeNo] else {
                signals[outTradeNo] = MoverSignal()
                return true
            }
            // Fired under the lock under which a mover retires: one of the two sees the other.
            signal.fire()
            return false
        }
        if isNew { starter.yield(outTradeNo) }
    }

    /// Makes the order at the channel and notes its token; the payment as it then is. An order that nobody could pay any more is not
    /// made. Throws the channel's `RPCError`, or `PaymentStoreError`.
    package func checkOut(_ payment: PaymentRecord) async throws -> PaymentRecord {
        let expiry = expiry(of: payment)
        guard case .created = payment.state, payment.checkoutToken == nil, configuration.now() < expiry else { return payment }
        let token = try await channel.createOrder(payment, expiry: expiry)
        return try await store.recordCheckout(token, of: payment.outTradeNo, now: configuration.now())
    }

    func startReversal(
        _ outTradeNo: OutTradeNo, receipt: ReceiptNumber, amount: Money, reason: OutcomeReason
    ) async throws(PaymentStoreError) -> PaymentRecord {
        try await store.startReversal(of: outTradeNo, receipt: receipt, amount: amount, reason: reason, now: configuration.now())
    }

    private func takeUp() async {
        var last: Int64 = 0
        while !Task.isCancelled {
            do throws(PaymentStoreError) {
                let page = try await store.unfinished(after: last)
                for payment in page { start(payment.outTradeNo) }
                guard let end = page.last else { return }
                last = end.id
            } catch {
                log.error("unfinished payments cannot be read", metadata: ["reason": "\(error)"])
                await configuration.pause(configuration.longestBackoff)
            }
        }
    }

    // MARK: One payment

    private func move(_ outTradeNo: OutTradeNo) async {
        guard let signal = signals.withLock({ $0[outTradeNo] }) else { return }
        repeat {
            await settle(outTradeNo, signal)
        } while !Task.isCancelled && !retire(outTradeNo, signal)
    }

    /// False when the mover was woken since it looked last: it has to look again.
    private func retire(_ outTradeNo: OutTradeNo, _ signal: MoverSignal) -> Bool {
        signals.withLock { signals in
            guard !signal.takeFired() else { return false }
            signals[outTradeNo] = nil
            return true
        }
    }

    /// Moves a payment until it is final, or the task is cancelled.
    private func settle(_ outTradeNo: OutTradeNo, _ signal: MoverSignal) async {
        var failures = 0
        while !Task.isCancelled {
            do {
                let payment = try await store.payment(outTradeNo)
                if payment.isFinal { return }
                try await step(payment, signal)
                failures = 0
            } catch PaymentStoreError.unknownPayment {
                return
            } catch PaymentStoreError.stale {
                continue
            } catch {
                guard !Task.isCancelled else { return }
                failures += 1
                let wait = pause(after: error, failures)
                note(error, outTradeNo, wait)
                await signal.wait(atMost: wait, pause: configuration.pause)
            }
        }
    }

    private func pause(after error: any Error, _ failures: Int) -> Duration {
        // What the channel and the books contradict each other about does not mend itself: no hurry, but never given up.
        if needsPerson(error) { return configuration.longestBackoff }
        let wait = min(configuration.shortestBackoff * (1 << min(failures - 1, 10)), configuration.longestBackoff)
        return wait * configuration.jitter() / 100
    }

    private func needsPerson(_ error: any Error) -> Bool {
        switch error {
        case PaymentStoreError.transition, PaymentStoreError.ledger: true
        default: false
        }
    }

    private func note(_ error: any Error, _ outTradeNo: OutTradeNo, _ wait: Duration) {
        let metadata: Logger.Metadata = ["out_trade_no": "\(outTradeNo.text)", "reason": "\(error)", "again_in": "\(wait)"]
        if needsPerson(error) {
            log.error("a payment needs a person: channel and books contradict each other", metadata: metadata)
        } else {
            log.warning("a payment could not be moved", metadata: metadata)
        }
    }

    /// Does what leads out of the state a payment is in; waits where only somebody else can move it.
    private func step(_ payment: PaymentRecord, _ signal: MoverSignal) async throws {
        switch payment.state {
        case .created: try await lookAtChannel(payment, signal)
        case .paid(let paid): try await enqueue(payment, paid)
        case .queued(_, let seq): try await awaitOutcome(payment, seq)
        case .rejected, .expired:
            try await note { store, now in try await store.startRefund(of: payment.outTradeNo, expecting: payment.version, now: now) }
        case .refunding(_, let number): try await refund(payment, number, signal)
        case .posted, .refunded, .closed: break
        }
    }

    private func lookAtChannel(_ payment: PaymentRecord, _ signal: MoverSignal) async throws {
        let isOver = configuration.now() >= expiry(of: payment)
        switch try await channel.queryOrder(payment.outTradeNo) {
        case .paid(let paid, let amount): try await apply(.paid(paid, amount: amount), payment)
        case .closed: try await apply(.closed, payment)
        // It never reached the channel, and would not be payable there any more.
        case .unknown where isOver: try await apply(.closed, payment)
        case .unknown: _ = try await checkOut(payment.withoutCheckout)
        case .notPaid where isOver: try await close(payment)
        case .notPaid: await signal.wait(atMost: configuration.channelPollInterval, pause: configuration.pause)
        }
    }

    /// Closes an order at the channel; what the channel says of it afterwards counts, since it may have been paid in the last moment.
    private func close(_ payment: PaymentRecord) async throws {
        do throws(RPCError) {
            try await channel.closeOrder(payment.outTradeNo)
        } catch {
            guard error.code == .failedPrecondition else { throw error }
        }
        switch try await channel.queryOrder(payment.outTradeNo) {
        case .paid(let paid, let amount): try await apply(.paid(paid, amount: amount), payment)
        case .closed, .unknown: try await apply(.closed, payment)
        case .notPaid: throw RPCError(code: .unavailable, message: "the channel has not closed the order yet")
        }
    }

    private func enqueue(_ payment: PaymentRecord, _ paid: ChannelPayment) async throws {
        switch try await queue.submit(payment, paid, now: configuration.now()) {
        case .queued(let seq): try await apply(.queued(seq: seq), payment)
        case .refused(let reason): try await apply(.unqueueable(reason), payment)
        }
    }

    private func awaitOutcome(_ payment: PaymentRecord, _ seq: Int64) async throws {
        guard let outcome = try await queue.outcome(of: seq) else { return }
        try await apply(.decided(outcome), payment)
    }

    private func refund(_ payment: PaymentRecord, _ number: RefundNo, _ signal: MoverSignal) async throws {
        guard try await channel.refund(payment.outTradeNo, as: number, amount: payment.amount) else {
            await signal.wait(atMost: configuration.channelPollInterval, pause: configuration.pause)
            return
        }
        try await apply(.refunded, payment)
    }

    private func apply(_ event: PaymentEvent, _ payment: PaymentRecord) async throws {
        try await note { store, now in
            try await store.apply(event, to: payment.outTradeNo, expecting: payment.version, now: now)
        }
    }

    private func note(_ body: (PaymentStore, UnixTime) async throws -> PaymentRecord) async throws {
        let payment = try await body(store, configuration.now())
        log.debug("a payment has moved", metadata: ["out_trade_no": "\(payment.outTradeNo.text)", "state": "\(payment.state.name)"])
    }

    private func expiry(of payment: PaymentRecord) -> UnixTime {
        payment.createdAt.advanced(byNanoseconds: configuration.orderLifetime.wholeNanoseconds)
    }
}

extension PaymentRecord {
    /// As if the order had never reached the channel: it is made there again, under the same number.
    fileprivate var withoutCheckout: PaymentRecord {
        var record = self
        record.checkoutToken = nil
        return record
    }
}
