import Logging
import SampanAPI
import SampanDomain
import SampanFerry
import SampanRPC
import StoreTestSupport
import Synchronization
import Testing

@testable import SampanServices

@Suite("Payment engine", .timeLimit(.minutes(20)))
struct PaymentEngineTests {
    private static let refused = RequestOutcome.rejected(OutcomeReason(constant: "HIS_REFUSED", "no"))
    private static let late = RequestOutcome.expired(OutcomeReason(constant: "HIS_TIMEOUT", "late"))

    /// Pays at the second look at the channel: no notification is needed (GW-10, RF-01).
    private static let paysAtSecondLook: @Sendable (ScriptedChannel, ScriptedChannel.Call) async -> ScriptedChannel.Fault? = {
        channel, call in
        if call.method == .query, call.index == 2 { channel.pay(call.outTradeNo) }
        return nil
    }

    @Test("FE-05 a payment without any notification is found by polling, posted, and counted once")
    func happy() async throws {
        let bench = try await PaymentBench(ScriptedChannel(Self.paysAtSecondLook))
        let payment = try await bench.running { engine in
            engine.start(try await bench.create(1).outTradeNo)
            return try await bench.final(1)
        }
        #expect(payment.state.name == "posted" && payment.state.receipt == PaymentBench.receipt(0) && payment.checkoutToken == "token-SP1")
        #expect(try await bench.timeline(1) == ["created", "paid", "queued", "posted"])
        let equation = try await bench.payments.equation()
        #expect(equation.holds && equation.posted.fen == 500 && equation.counts == ["posted": 1])
        #expect(bench.channel.count(.refund, payment.outTradeNo) == 0)
        await bench.close()
    }

    @Test("GW-12 RF-01 a request the HIS refuses, or that expires, is refunded once under one number", arguments: [refused, late])
    func refunded(outcome: RequestOutcome) async throws {
        let bench = try await PaymentBench(ScriptedChannel(processing: 2, Self.paysAtSecondLook))
        let payment = try await bench.running(decide: { _ in outcome }) { engine in
            engine.start(try await bench.create(1).outTradeNo)
            return try await bench.final(1)
        }
        #expect(payment.state.name == "refunded" && payment.refunded.fen == 500)
        #expect(bench.channel.count(.refund, payment.outTradeNo) == 3)
        let order = try #require(bench.channel.order(payment.outTradeNo))
        let number = try #require(payment.state.refundNo)
        #expect(order.refunds.count == 1 && order.refundNumbers.count == 1 && order.refunds[number]?.fen == 500)
        #expect(try await bench.payments.equation().holds)
        await bench.close()
    }

    @Test("an order nobody pays is closed at the channel when its time is over, not before")
    func unpaid() async throws {
        let bench = try await PaymentBench()
        let start = bench.clock.now
        let payment = try await bench.running { engine in
            engine.start(try await bench.create(1).outTradeNo)
            return try await bench.final(1)
        }
        #expect(payment.state == .closed && bench.channel.order(payment.outTradeNo)?.status == .closed)
        #expect(bench.clock.now >= start.advanced(byNanoseconds: 12_000_000_000))
        // Asked at 0 s (unknown, made), 0 s, 5 s, 10 s and 15 s; then once more after closing.
        #expect(bench.channel.count(.query, payment.outTradeNo) == 6 && bench.channel.count(.close, payment.outTradeNo) == 1)
        await bench.close()
    }

    @Test("an order the payer closes is closed here")
    func declined() async throws {
        let bench = try await PaymentBench(
            ScriptedChannel { channel, call in
                if call.method == .query, call.index == 2 { channel.decline(call.outTradeNo) }
                return nil
            })
        let payment = try await bench.running { engine in
            engine.start(try await bench.create(1).outTradeNo)
            return try await bench.final(1)
        }
        #expect(payment.state == .closed && bench.channel.count(.close, payment.outTradeNo) == 0)
        await bench.close()
    }

    @Test("an order paid in the moment it is being closed is posted")
    func paidWhileClosing() async throws {
        let bench = try await PaymentBench(
            ScriptedChannel { channel, call in
                if call.method == .close { channel.pay(call.outTradeNo) }
                return nil
            })
        let payment = try await bench.running { engine in
            engine.start(try await bench.create(1).outTradeNo)
            return try await bench.final(1)
        }
        #expect(payment.state.name == "posted" && bench.channel.count(.close, payment.outTradeNo) == 1)
        await bench.close()
    }

    @Test("RF-01 money after closing is given back; a hint is not understood before the channel was asked", arguments: [false, true])
    func paidAfterClose(looksTwice: Bool) async throws {
        let isLate = Mutex(false)
        let failures = Mutex(looksTwice ? 2 : 0)
        let bench = try await PaymentBench(
            ScriptedChannel { channel, call in
                guard isLate.withLock({ $0 }), call.method == .query else { return nil }
                let fails = failures.withLock { count in
                    count -= 1
                    return count >= 0
                }
                return fails ? .lostRequest : nil
            })
        let payment = try await bench.running { engine in
            let outTradeNo = try await bench.create(1).outTradeNo
            engine.start(outTradeNo)
            _ = try await bench.final(1)
            isLate.withLock { $0 = true }
            bench.channel.pay(outTradeNo, anyway: true)
            for _ in 0..<(looksTwice ? 2 : 0) {
                await #expect(throws: RPCError.self) { try await engine.hint(outTradeNo) }
            }
            try await engine.hint(outTradeNo)
            // A watch of a closed payment ends at once: what becomes of it is looked up. One hint that was understood has to do.
            var payment = try await bench.payments.payment(outTradeNo)
            while payment.state.name != "refunded" {
                await Task.yield()
                payment = try await bench.payments.payment(outTradeNo)
            }
            return payment
        }
        #expect(payment.state.reason?.code == "PAID_AFTER_CLOSE" && payment.state.seq == nil)
        #expect(bench.requests.openCount == 0)
        #expect(try await bench.payments.equation().holds)
        await bench.close()
    }

    /// Runs engines until the payment is refunded.
    @Test("FE-05 forged, early and doubled hints do nothing but ask the channel")
    func hints() async throws {
        let mayPay = Mutex(false)
        let bench = try await PaymentBench(
            ScriptedChannel { channel, call in
                if call.method == .query, mayPay.withLock({ $0 }) { channel.pay(call.outTradeNo) }
                return nil
            }, lifetime: .seconds(80_000_000))
        let payment = try await bench.running { engine in
            let outTradeNo = try OutTradeNo("SP1")
            for _ in 0..<50 { try await engine.hint(outTradeNo) }
            #expect(bench.channel.calls.isEmpty)
            try await bench.create(1)
            for _ in 0..<50 { try await engine.hint(outTradeNo) }
            let created = try await bench.payments.payment(outTradeNo)
            #expect(created.state == .created)
            mayPay.withLock { $0 = true }
            for _ in 0..<50 { try await engine.hint(outTradeNo) }
            return try await bench.final(1)
        }
        #expect(payment.state.name == "posted")
        #expect(try await bench.payments.equation().counts == ["posted": 1])
        await bench.close()
    }

    @Test("one hint wakes the mover once: afterwards it waits its whole time again")
    func oneHintOneLook() async throws {
        let signal = MoverSignal()
        let waits = Mutex<[Duration]>([])
        // The first wait ends by the hint; the ones after it have to run their time.
        let hint = Task { signal.fire() }
        await signal.wait(atMost: .seconds(5)) { _ in await Waiting.untilCancelled() }
        await hint.value
        for _ in 0..<3 {
            await signal.wait(atMost: .seconds(7)) { time in waits.withLock { $0.append(time) } }
            #expect(!signal.takeFired())
        }
        #expect(waits.withLock { $0 } == [.seconds(7), .seconds(7), .seconds(7)])
    }

    @Test("a wake-up sent while nobody waits ends the next wait; a cancelled task does not wait")
    func keptWakeUp() async {
        let signal = MoverSignal()
        signal.fire()
        signal.fire()
        await signal.wait(atMost: .seconds(5)) { _ in await Waiting.untilCancelled() }
        #expect(!signal.takeFired())
        let waiting = Task { await signal.wait(atMost: .seconds(5)) { _ in await Waiting.untilCancelled() } }
        waiting.cancel()
        await waiting.value
        #expect(!signal.takeFired())
    }

    @Test(
        "RF-02 a call whose question or answer is lost is made again with the same numbers", arguments: ScriptedChannel.Method.allCases,
        ScriptedChannel.Fault.allCases)
    func lost(method: ScriptedChannel.Method, fault: ScriptedChannel.Fault) async throws {
        let bench = try await PaymentBench(
            ScriptedChannel { channel, call in
                if method == .close, call.method == .close, call.index == 1 { channel.pay(call.outTradeNo) }
                if method != .close, call.method == .query, call.index >= 3 { channel.pay(call.outTradeNo) }
                return call.method == method && call.index < 3 ? fault : nil
            })
        let payment = try await bench.running(decide: { _ in Self.refused }) { engine in
            engine.start(try await bench.create(1).outTradeNo)
            return try await bench.final(1)
        }
        // A close whose question arrives has closed the order before anybody pays.
        let isClosed = method == .close && fault == .lostAnswer
        #expect(payment.state.name == (isClosed ? "closed" : "refunded"))
        #expect(try await bench.violations(payment.outTradeNo).isEmpty)
        #expect(bench.channel.order(payment.outTradeNo)?.refundNumbers.count == (isClosed ? 0 : 1))
        await bench.close()
    }

    @Test("an order that never reached the channel is closed when its time is over, and not made there any more")
    func neverMade() async throws {
        let bench = try await PaymentBench(ScriptedChannel { _, call in call.method == .create ? .lostRequest : nil })
        let payment = try await bench.running { engine in
            engine.start(try await bench.create(1).outTradeNo)
            return try await bench.final(1)
        }
        #expect(payment.state == .closed && bench.channel.order(payment.outTradeNo) == nil)
        let made = bench.channel.count(.create, payment.outTradeNo)
        let again = try await bench.makeEngine().checkOut(payment)
        #expect(again == payment)
        #expect(bench.channel.count(.create, payment.outTradeNo) == made)
        await bench.close()
    }

    @Test("a channel that neither closes nor says paid is asked at a growing distance, not in a loop")
    func contradiction() async throws {
        let isSick = Mutex(true)
        let bench = try await PaymentBench(
            ScriptedChannel { channel, call in
                if call.method == .close, call.index >= 20 { isSick.withLock { $0 = false } }
                return call.method == .close && isSick.withLock { $0 } ? .lostRequest : nil
            })
        let start = bench.clock.now
        let payment = try await bench.running { engine in
            engine.start(try await bench.create(1).outTradeNo)
            return try await bench.final(1)
        }
        #expect(payment.state == .closed)
        // 50 ms doubling up to 5 s: twenty failures take more than 50 s.
        #expect(bench.clock.now.nanoseconds - start.nanoseconds > 50_000_000_000)
        await bench.close()
    }

    @Test("ST-04 another amount at the channel moves no money and is loud in the log")
    func amountMismatch() async throws {
        let bench = try await PaymentBench(
            ScriptedChannel { channel, call in
                if call.method == .query, call.index == 1 { channel.pay(call.outTradeNo, amount: Money(fen: 499)) }
                return nil
            })
        try await bench.running { engine in
            let outTradeNo = try await bench.create(1).outTradeNo
            engine.start(outTradeNo)
            while bench.channel.count(.query, outTradeNo) < 10 { await Task.yield() }
        }
        let payment = try await bench.payments.payment(OutTradeNo("SP1"))
        #expect(payment.state == .created && bench.requests.openCount == 0)
        let equation = try await bench.payments.equation()
        #expect(equation.holds && equation.paid == .zero)
        #expect(bench.log.lines.contains { $0.level == .error && $0.text.contains("amountMismatch") && $0.text.contains("SP1") })
        await bench.close()
    }

    @Test("GW-08 two engines on one store: the stale one loses, and nothing happens twice")
    func twoEngines() async throws {
        let bench = try await PaymentBench(
            ScriptedChannel { channel, call in
                channel.pay(call.outTradeNo)
                return nil
            })
        let second = bench.makeEngine()
        let other = Task { await second.run() }
        try await bench.running(decide: { $0.seq % 2 == 0 ? Self.refused : .posted(PaymentBench.receipt($0.seq)) }) { engine in
            for id in 1...40 {
                let outTradeNo = try await bench.create(id).outTradeNo
                engine.start(outTradeNo)
                second.start(outTradeNo)
            }
            for id in 1...40 { _ = try await bench.final(id) }
        }
        other.cancel()
        await other.value
        for id in 1...40 { #expect(try await bench.violations(OutTradeNo("SP\(id)")).isEmpty) }
        #expect(try await bench.payments.equation().counts == ["posted": 20, "refunded": 20])
        await bench.close()
    }

    @Test("a row of another body under the payment's id is never taken for a reason to refund")
    func foreignRow() async throws {
        let bench = try await PaymentBench(ScriptedChannel(Self.paysAtSecondLook))
        let code = try InstitutionCode(PaymentBench.institution, scheme: .local)
        _ = try await bench.requests.submit(
            NewRequest(
                submitter: code, requestID: RequestID("payment:SP1"), hash: [1], payload: [], deadline: UnixTime(nanoseconds: .max)),
            now: bench.clock.now)
        try await bench.running(decide: { _ in nil }) { engine in
            let outTradeNo = try await bench.create(1).outTradeNo
            engine.start(outTradeNo)
            _ = try await bench.reached(1) { $0.state.name == "paid" }
            while bench.log.lines.count(where: { $0.text.contains("requestIDReused") }) < 3 { await Task.yield() }
        }
        #expect(try await bench.payments.payment(OutTradeNo("SP1")).state.name == "paid")
        await bench.close()
    }
}
