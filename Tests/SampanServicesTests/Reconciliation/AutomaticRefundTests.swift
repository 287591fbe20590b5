import SampanDomain
import SampanReconciliation
import SampanStorage
import StoreTestSupport
import Testing

@testable import SampanServices

@Suite("Refunds that a rule makes", .timeLimit(.minutes(20)))
struct AutomaticRefundTests {
    private static let institution = PaymentBench.institution

    private static func long(_ id: Int, fen: Int64 = 500) -> Break {
        Break(.long, order: "SP\(id)", institution: institution, channel: .wechatPay, amount: fen, action: .refundPayer)
    }

    private static func missing(_ id: Int, _ refund: String) -> Break {
        Break(
            .refundMissingAtChannel, order: "SP\(id)", refund: refund, institution: institution, channel: .wechatPay, amount: 500,
            action: .repeatRefund)
    }

    /// Real waits of some milliseconds: with time that passes by itself, who has nothing to do would never rest.
    private static func configuration(_ bench: PaymentBench) -> PaymentEngineConfiguration {
        PaymentEngineConfiguration(longestBackoff: .milliseconds(5), now: { bench.clock.now })
    }

    private static func makeRefunds(_ bench: PaymentBench, _ engine: PaymentEngine) -> AutomaticRefunds {
        let configuration = configuration(bench)
        let remedy = PaymentRemedy(store: bench.payments, channel: bench.channel, engine: engine, configuration: configuration)
        return AutomaticRefunds(books: bench.payments.books, remedy: remedy, configuration: configuration, log: bench.log.logger)
    }

    private static func record(_ breaks: [Break], _ bench: PaymentBench) async throws {
        let intake = try BreakIntake(day: FinanceBench.day, breaks: breaks, by: FinanceBench.li)
        let now = bench.clock.now
        _ = try await bench.payments.books.write(BreakRefusal.self) { tx in try intake.run(now: now, tx) }
    }

    /// The break's steps as soon as it is not in `refunding` any more.
    private static func end(_ number: Int64, _ bench: PaymentBench) async throws -> [BreakStep] {
        while true {
            let (record, steps) = try await bench.payments.books.read(BreakRefusal.self) { tx in
                (try BreakRows.find(number, tx), try BreakRows.steps(number, tx))
            }
            if record.state != .refunding { return steps }
            try await Waiting.moment()
        }
    }

    /// Runs the saga and the rules beside `body`; both are cancelled at its end.
    private static func running(_ bench: PaymentBench, _ body: @Sendable @escaping (AutomaticRefunds) async throws -> Void) async throws {
        try await bench.running { engine in
            let refunds = makeRefunds(bench, engine)
            let work = Task { await refunds.run() }
            let result: Result<Void, any Error>
            do { result = .success(try await body(refunds)) } catch { result = .failure(error) }
            work.cancel()
            await work.value
            try result.get()
        }
    }

    /// An order that was closed here, and that the channel took money for all the same.
    private static func closedThenPaid(_ id: Int, _ bench: PaymentBench, amount: Money? = nil) async throws {
        let payment = try await bench.create(id)
        _ = try await bench.channel.createOrder(payment, expiry: bench.clock.now)
        try await bench.channel.closeOrder(payment.outTradeNo)
        bench.channel.pay(payment.outTradeNo, amount: amount, anyway: true)
        _ = try await bench.payments.apply(.closed, to: payment.outTradeNo, expecting: nil, now: bench.clock.now)
    }

    @Test("RC-04 RF-02: money for a closed order goes back once, by the payment's own refund, and the break says so")
    func closedOrder() async throws {
        let bench = try await PaymentBench(ScriptedChannel(processing: 2))
        try await Self.closedThenPaid(1, bench)
        try await Self.running(bench) { refunds in
            try await Self.record([Self.long(1)], bench)
            refunds.wake()
            let steps = try await Self.end(1, bench)
            let payment = try await bench.payments.payment(OutTradeNo("SP1"))
            #expect(steps.map(\.kind) == [.found, .refundStarted, .refunded] && steps.last?.refundNo == payment.state.refundNo?.text)
            #expect(payment.state.name == "refunded" && payment.state.reason == PaymentState.paidAfterClose)
            // The next run still has it: nothing is given back again.
            try await Self.record([Self.long(1), Self.long(9)], bench)
            refunds.wake()
            _ = try await Self.end(2, bench)
            #expect(try await Self.end(1, bench) == steps)
        }
        #expect(bench.channel.order(try OutTradeNo("SP1"))?.refunds.count == 1)
        let equation = try await bench.payments.equation()
        #expect(equation.holds && equation.refunded.fen == 500)
        await bench.close()
    }

    @Test("RC-04: a refund that the channel does not have is asked for again under its number")
    func repeated() async throws {
        let bench = try await PaymentBench(
            ScriptedChannel { channel, call in
                if call.method == .query { channel.pay(call.outTradeNo) }
                return nil
            })
        try await bench.running(decide: { _ in .rejected(OutcomeReason(constant: "HIS_REFUSED", "no")) }) { engine in
            try await bench.create(1)
            engine.start(try OutTradeNo("SP1"))
            let number = try #require(try await bench.final(1).state.refundNo)
            let refunds = Self.makeRefunds(bench, engine)
            let work = Task { await refunds.run() }
            let before = bench.channel.count(.refund, try OutTradeNo("SP1"))
            try await Self.record([Self.missing(1, number.text), Self.missing(1, "RF2026111899999999")], bench)
            refunds.wake()
            let good = try await Self.end(1, bench)
            let wrong = try await Self.end(2, bench)
            work.cancel()
            await work.value
            let (done, handed) = good.contains { $0.kind == .refunded } ? (good, wrong) : (wrong, good)
            #expect(done.last?.kind == .refunded && done.last?.refundNo == number.text)
            #expect(handed.last?.kind == .handedOver && handed.last?.note.contains("no such refund") == true)
            #expect(bench.channel.count(.refund, try OutTradeNo("SP1")) == before + 1)
        }
        #expect(bench.channel.order(try OutTradeNo("SP1"))?.refunds.count == 1)
        await bench.close()
    }

    @Test("RC-04: what a rule may not decide is handed to a person, with the reason")
    func handedOver() async throws {
        let bench = try await PaymentBench(
            ScriptedChannel { channel, call in
                if call.method == .query, call.outTradeNo.text == "SP3" { channel.pay(call.outTradeNo) }
                return nil
            })
        // 1: not known. 2: closed, and the channel says unpaid. 3: posted. 4: another amount.
        _ = try await bench.channel.createOrder(try await bench.create(2), expiry: bench.clock.now)
        try await bench.channel.closeOrder(try OutTradeNo("SP2"))
        _ = try await bench.payments.apply(.closed, to: try OutTradeNo("SP2"), expecting: nil, now: bench.clock.now)
        try await Self.closedThenPaid(4, bench, amount: Money(fen: 499))
        try await Self.running(bench) { refunds in
            try await bench.create(3)
            try await bench.payments.books.read { _ in }
            // The saga takes it up at its start, or is told here.
            while try await bench.payments.payment(OutTradeNo("SP3")).state.name != "posted" {
                _ = try? await bench.payments.apply(
                    .paid(ChannelPayment(transactionID: "T3", paidAt: bench.clock.now), amount: Money(fen: 500)),
                    to: try OutTradeNo("SP3"), expecting: nil, now: bench.clock.now)
                _ = try? await bench.payments.apply(.queued(seq: 77), to: try OutTradeNo("SP3"), expecting: nil, now: bench.clock.now)
                _ = try? await bench.payments.apply(
                    .decided(.posted(PaymentBench.receipt(77))), to: try OutTradeNo("SP3"), expecting: nil, now: bench.clock.now)
            }
            try await Self.record([Self.long(1), Self.long(2), Self.long(3), Self.long(4)], bench)
            refunds.wake()
            for (number, reason) in [(1, "no such order"), (2, "not paid"), (3, "paid twice"), (4, "another amount")] as [(Int64, String)] {
                let steps = try await Self.end(number, bench)
                #expect(steps.map(\.kind) == [.found, .refundStarted, .handedOver], "\(number)")
                #expect(steps.last?.note.contains(reason) == true, "\(number): \(steps.last?.note ?? "")")
            }
        }
        for id in 1...4 { #expect(bench.channel.order(try OutTradeNo("SP\(id)"))?.refunds.isEmpty != false, "\(id)") }
        await bench.close()
    }

    @Test("RC-04: a rule that was interrupted goes on with the next start, and gives back once")
    func interrupted() async throws {
        let bench = try await PaymentBench()
        try await Self.closedThenPaid(1, bench)
        try await Self.record([Self.long(1)], bench)
        // No saga runs: the money is noted as late, and nobody gives it back yet.
        let engine = bench.makeEngine()
        let first = Self.makeRefunds(bench, engine)
        let work = Task { await first.run() }
        while try await bench.payments.payment(OutTradeNo("SP1")).state.name == "closed" { try await Waiting.moment() }
        work.cancel()
        await work.value
        try await Self.running(bench) { _ in
            let steps = try await Self.end(1, bench)
            #expect(steps.map(\.kind) == [.found, .refundStarted, .refunded])
        }
        #expect(bench.channel.order(try OutTradeNo("SP1"))?.refunds.count == 1)
        await bench.close()
    }
}
