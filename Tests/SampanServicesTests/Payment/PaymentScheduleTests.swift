import SampanTestSupport
import SampanDomain
import SampanFerry
import SampanRPC
import SampanStorage
import StoreTestSupport
import Synchronization
import Testing

@testable import SampanServices

/// Lives of payments under random faults. Every decision of a payment comes from its own seed, so a failing one can be run again alone.
private final class Fate: Sendable {
    private let random: Mutex<SeededRandom>

    init(_ seed: UInt64) { random = Mutex(SeededRandom(seed: seed)) }

    /// True in `percent` of the cases.
    func happens(_ percent: Int) -> Bool { random.withLock { Int.random(in: 0..<100, using: &$0) < percent } }
}

// 8 s of a core, which in a full suite have to be had beside hundreds of other tests: more than a minute was seen. The limit is for a hang.
@Suite("Payment engine under random schedules", .timeLimit(.minutes(10)))
struct PaymentScheduleTests {
    private static let baseSeed: UInt64 = 0x5A11_0001

    /// One life, from `created` to its end, under the faults of `seed`: the violations seen at any step.
    private static func live(_ bench: PaymentBench, id: Int, _ seed: UInt64, _ fates: Fates) async throws -> [String] {
        let fate = Fate(seed)
        let outTradeNo = try OutTradeNo("SP\(id)")
        fates.enter(outTradeNo, fate)
        try await bench.create(id, fen: Int64(id % 997 + 1))
        var engines = 0
        while true {
            engines += 1
            guard engines < 100 else { return ["not final after 100 engines: \(try await bench.payments.payment(outTradeNo).state.name)"] }
            let engine = bench.makeEngine()
            let mover = Task { await engine.run() }
            fates.attach(mover, engine)
            let end = Task {
                for try await _ in bench.payments.watch(outTradeNo) {}
                // Sometimes the money comes when everything seems over.
                if fate.happens(50), case .closed = try await bench.payments.payment(outTradeNo).state {
                    bench.channel.pay(outTradeNo, at: bench.clock.now, anyway: true)
                    // The channel tells it until it is heard.
                    while !Task.isCancelled, try await bench.payments.payment(outTradeNo).state.name != "refunded" {
                        do { try await engine.hint(outTradeNo) } catch is RPCError {}
                        await Task.yield()
                    }
                }
                mover.cancel()
            }
            await mover.value
            end.cancel()
            _ = try? await end.value
            let violations = try await bench.violations(outTradeNo) + fates.violations
            let payment = try await bench.payments.payment(outTradeNo)
            if case .closed = payment.state, case .paid = bench.channel.order(outTradeNo)?.status { continue }
            if payment.isFinal || !violations.isEmpty { return violations }
        }
    }

    private static func bench(_ fates: Fates, refundsAgain: Bool = false) async throws -> PaymentBench {
        let bench = try await PaymentBench(
            ScriptedChannel(processing: 1, refundsAgain: refundsAgain) { channel, call in
                guard let fate = fates.fate(of: call.outTradeNo) else { return nil }
                await fates.check(call.outTradeNo)
                if fate.happens(15) { await fates.hint(call.outTradeNo) }
                if fate.happens(4) {
                    fates.cut()
                    return fate.happens(50) ? .lostRequest : .lostAnswer
                }
                if fate.happens(12) { return .lostRequest }
                switch call.method {
                case .query where fate.happens(20): channel.pay(call.outTradeNo)
                case .query where fate.happens(3): channel.decline(call.outTradeNo)
                case .close where fate.happens(30): channel.pay(call.outTradeNo)
                default: break
                }
                return fate.happens(12) ? .lostAnswer : nil
            })
        bench.onNow.withLock { $0 = { fates.maybeCut() } }
        fates.watch(bench)
        return bench
    }

    private static func decide(_ fates: Fates) -> @Sendable (ClaimedRow) -> RequestOutcome? {
        { row in
            guard let outTradeNo = try? OutTradeNo(String(row.requestID.text.dropFirst("payment:".count))),
                let fate = fates.fate(of: outTradeNo)
            else { return nil }
            if fate.happens(40) { return .posted(PaymentBench.receipt(row.seq)) }
            return fate.happens(50)
                ? .rejected(OutcomeReason(constant: "HIS_REFUSED", "no")) : .expired(OutcomeReason(constant: "HIS_TIMEOUT", "late"))
        }
    }

    @Test("RF-01 GW-12 600 random lives: the books hold at every step, and each life ends with its money accounted for", arguments: 0..<6)
    func schedules(part: Int) async throws {
        let fates = Fates()
        let bench = try await Self.bench(fates)
        let inside = Task { await bench.inside(Self.decide(fates)) }
        for id in part * 100..<part * 100 + 100 {
            let seed = Self.baseSeed &+ UInt64(id)
            let violations = try await Self.live(bench, id: id, seed, fates)
            #expect(violations.isEmpty, "seed \(seed) (life \(id)): \(violations)")
            if !violations.isEmpty { break }
        }
        inside.cancel()
        await inside.value
        let equation = try await bench.payments.equation()
        #expect(equation.holds && equation.open == .zero)
        // A schedule that never meets an end would prove nothing about it.
        for state in ["posted", "refunded", "closed"] { #expect((equation.counts[state] ?? 0) > 2, "\(equation.counts)") }
        #expect(Set(equation.counts.keys) == ["posted", "refunded", "closed"])
        #expect(fates.cuts > 20)
        fates.watch(nil)
        await bench.close()
    }

    @Test("canary: a channel that pays a refund again under another number is noticed")
    func canary() async throws {
        let fates = Fates()
        let bench = try await Self.bench(fates, refundsAgain: true)
        let inside = Task { await bench.inside { _ in .rejected(OutcomeReason(constant: "HIS_REFUSED", "no")) } }
        var noticed = false
        for id in 0..<20 where !noticed {
            let violations = try await Self.live(bench, id: id, Self.baseSeed &+ UInt64(id), fates)
            noticed = violations.contains { $0.contains("refunds of one order") }
        }
        #expect(noticed)
        inside.cancel()
        await inside.value
        fates.watch(nil)
        await bench.close()
    }
}

/// What the script, the clock and the life share.
private final class Fates: Sendable {
    private struct State {
        var fates: [OutTradeNo: Fate] = [:]
        var current: Fate?
        var mover: Task<Void, Never>?
        var engine: PaymentEngine?
        var violations: [String] = []
        var cuts = 0
        var bench: PaymentBench?
    }

    private let state = Mutex(State())

    var violations: [String] { state.withLock { $0.violations } }
    var cuts: Int { state.withLock { $0.cuts } }
    func fate(of outTradeNo: OutTradeNo) -> Fate? { state.withLock { $0.fates[outTradeNo] } }
    /// nil lets go of it: the bench holds this too.
    func watch(_ bench: PaymentBench?) {
        state.withLock { state in
            state.bench = bench
            // An engine holds the clock of its bench.
            if bench == nil { (state.engine, state.mover) = (nil, nil) }
        }
    }

    func enter(_ outTradeNo: OutTradeNo, _ fate: Fate) {
        state.withLock { state in
            state.fates[outTradeNo] = fate
            state.current = fate
        }
    }

    func attach(_ mover: Task<Void, Never>, _ engine: PaymentEngine) {
        state.withLock { state in (state.mover, state.engine) = (mover, engine) }
    }

    func cut() {
        let mover = state.withLock { state in
            state.cuts += 1
            return state.mover
        }
        mover?.cancel()
    }

    /// At a look at the clock, which is just before a write.
    func maybeCut() {
        guard let fate = state.withLock({ $0.current }), fate.happens(3) else { return }
        cut()
    }

    func hint(_ outTradeNo: OutTradeNo) async {
        try? await state.withLock { $0.engine }?.hint(outTradeNo)
    }

    func check(_ outTradeNo: OutTradeNo) async {
        guard let bench = state.withLock({ $0.bench }) else { return }
        do {
            // Half-way through, only what must hold at every moment.
            let found = try await bench.violations(outTradeNo).filter { !$0.contains("closed, and") }
            if !found.isEmpty { state.withLock { $0.violations += found } }
        } catch {
            state.withLock { $0.violations.append("\(error)") }
        }
    }
}
