import SampanDomain
import SampanFerry
import SampanRPC
import SampanStorage
import StoreTestSupport
import Synchronization
import Testing

@testable import SampanServices

/// Ends an engine at a numbered moment: before and after every question to the channel, and before every write of the store.
private final class Cutter: Sendable {
    private struct State {
        var left: Int?
        var seen = 0
        var engine: Task<Void, Never>?
    }

    private let state = Mutex(State())

    /// Cuts at the `moment`-th moment from now (0 is the next one); nil lets the engine run.
    func arm(_ moment: Int?) { state.withLock { $0 = State(left: moment) } }

    func attach(_ engine: Task<Void, Never>) {
        let isDue = state.withLock { state in
            state.engine = engine
            return state.left.map { state.seen > $0 } ?? false
        }
        if isDue { engine.cancel() }
    }

    /// True when the cut was made here.
    @discardableResult
    func pass() -> Bool {
        let engine = state.withLock { state -> Task<Void, Never>?? in
            defer { state.seen += 1 }
            return state.seen == state.left ? .some(state.engine) : nil
        }
        guard let engine else { return false }
        engine?.cancel()
        return true
    }

    var wasCut: Bool { state.withLock { state in state.left.map { state.seen > $0 } ?? false } }
}

@Suite("Payment engine cut at every moment", .timeLimit(.minutes(20)))
struct PaymentCutTests {
    enum Life: String, CaseIterable, Sendable {
        case posted, rejected, expired, unpaid, paidWhileClosing

        var end: String {
            switch self {
            case .posted, .paidWhileClosing: "posted"
            case .rejected, .expired: "refunded"
            case .unpaid: "closed"
            }
        }

        var outcome: @Sendable (ClaimedRow) -> RequestOutcome? {
            switch self {
            case .rejected: { _ in .rejected(OutcomeReason(constant: "HIS_REFUSED", "no")) }
            case .expired: { _ in .expired(OutcomeReason(constant: "HIS_TIMEOUT", "late")) }
            case .posted, .unpaid, .paidWhileClosing: { .posted(PaymentBench.receipt($0.seq)) }
            }
        }

        func pays(_ call: ScriptedChannel.Call) -> Bool {
            switch self {
            case .posted, .rejected, .expired: call.method == .query && call.index >= 1
            case .paidWhileClosing: call.method == .close
            case .unpaid: false
            }
        }
    }

    /// For every moment k: the engine is ended there, a new one takes up from the store, and once more at moment k of that one.
    @Test("RF-01 an engine that ends at any moment loses nothing: the next one takes up, with the same numbers", arguments: Life.allCases)
    func everyMoment(life: Life) async throws {
        let cutter = Cutter()
        let bench = try await PaymentBench(
            ScriptedChannel(processing: 1) { channel, call in
                if cutter.pass() { return .lostRequest }
                if life.pays(call) { channel.pay(call.outTradeNo) }
                return cutter.pass() ? .lostAnswer : nil
            })
        bench.onNow.withLock { $0 = { cutter.pass() } }
        let inside = Task { await bench.inside(life.outcome) }
        var moment = 0
        var isWhole = false
        while !isWhole {
            let outTradeNo = try await bench.create(moment).outTradeNo
            isWhole = try await !run(bench, cutter, cutAt: moment, outTradeNo)
            if !isWhole {
                #expect(try await bench.violations(outTradeNo).isEmpty, "after the first cut at \(moment)")
                if try await run(bench, cutter, cutAt: moment, outTradeNo) {
                    #expect(try await bench.violations(outTradeNo).isEmpty, "after the second cut at \(moment)")
                    _ = try await run(bench, cutter, cutAt: nil, outTradeNo)
                }
            }
            let payment = try await bench.payments.payment(outTradeNo)
            #expect(payment.state.name == life.end, "cut at \(moment)")
            #expect(try await bench.violations(outTradeNo).isEmpty, "cut at \(moment)")
            moment += 1
            try #require(moment < 200)
        }
        // The life has enough moments for the cuts to have met every state.
        #expect(moment > 8)
        #expect(try await bench.payments.unfinished().isEmpty && bench.requests.openCount == 0)
        inside.cancel()
        await inside.value
        await bench.close()
    }

    /// Runs one engine until the payment is final or the cut ends it; true when it was cut.
    private func run(_ bench: PaymentBench, _ cutter: Cutter, cutAt moment: Int?, _ outTradeNo: OutTradeNo) async throws -> Bool {
        cutter.arm(moment)
        let engine = bench.makeEngine()
        let mover = Task { await engine.run() }
        cutter.attach(mover)
        let changes = bench.payments.watch(outTradeNo)
        let final = Task {
            for try await _ in changes {}
            mover.cancel()
        }
        await mover.value
        final.cancel()
        _ = try? await final.value
        return try await !bench.payments.payment(outTradeNo).isFinal && cutter.wasCut
    }
}
