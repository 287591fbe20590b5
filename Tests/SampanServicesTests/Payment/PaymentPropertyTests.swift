import SampanTestSupport
import SampanDomain
import SampanLedger
import StoreTestSupport
import Testing

@testable import SampanServices
@testable import SampanStorage

@Suite("Payments under concurrent movers", .blocking, .timeLimit(.minutes(20)))
struct PaymentPropertyTests {
    /// One random step of one payment, as an unlucky mover or callback would try it.
    static func step(_ id: Int, _ random: inout SeededRandom, _ store: PaymentStore) async throws {
        let now = morning.advanced(byNanoseconds: Int64.random(in: 0..<1_000_000_000, using: &random))
        let outTradeNo = try OutTradeNo("SP\(id)")
        let version: Int64? = Bool.random(using: &random) ? nil : Int64.random(in: 0..<6, using: &random)
        switch Int.random(in: 0..<8, using: &random) {
        case 0: _ = try await store.create(order(id), now: now)
        case 1: _ = try await store.apply(paid(id), to: outTradeNo, expecting: version, now: now)
        case 2: _ = try await store.apply(.closed, to: outTradeNo, expecting: version, now: now)
        case 3: _ = try await store.apply(.queued(seq: Int64(id)), to: outTradeNo, expecting: version, now: now)
        case 4:
            let outcome: RequestOutcome = id % 3 == 0 ? .rejected(refusal) : .posted(try ReceiptNumber("H\(id)"))
            _ = try await store.apply(.decided(outcome), to: outTradeNo, expecting: version, now: now)
        case 5: _ = try await store.startRefund(of: outTradeNo, expecting: version, now: now)
        case 6: _ = try await store.apply(.refunded, to: outTradeNo, expecting: version, now: now)
        default: _ = try await store.recordCheckout("t\(id)", of: outTradeNo, now: now)
        }
    }

    @Test("sums are zero, one refund number each, no outcome changes, whoever races", arguments: [1, 2, 3] as [UInt64])
    func race(seed: UInt64) async throws {
        let directory = try TemporaryDirectory()
        let store = try PaymentStore(path: directory.file())
        // The equation has to hold in every snapshot, not only at the end.
        let auditor = Task { () async throws -> Bool in
            var holds = true
            while !Task.isCancelled { holds = try await store.equation().holds && holds }
            return holds
        }
        await withTaskGroup(of: Void.self) { group in
            for task in 0..<24 as Range<UInt64> {
                group.addTask {
                    var random = SeededRandom(seed: seed &* 100 &+ task)
                    for _ in 0..<150 { try? await Self.step(Int.random(in: 0..<60, using: &random), &random, store) }
                }
            }
        }
        auditor.cancel()
        #expect(try await auditor.value, "seed \(seed)")
        let equation = try await store.equation()
        #expect(equation.holds && equation.paid > .zero, "seed \(seed)")
        try await checkNumbers(store, seed)
        try await finishAll(store)
        let end = try await store.equation()
        #expect(end.holds && end.open == .zero, "seed \(seed)")
        try await checkNumbers(store, seed)
        await store.close()
    }

    /// What a mover does after a crash: takes every unfinished payment to its end.
    private func finishAll(_ store: PaymentStore) async throws {
        for record in try await store.unfinished() {
            var record = record
            while !record.isFinal {
                let event: PaymentEvent? =
                    switch record.state {
                    case .created: .closed
                    case .paid: .queued(seq: record.id)
                    case .queued: .decided(.expired(refusal))
                    case .refunding: .refunded
                    default: nil
                    }
                if let event {
                    record = try await store.apply(event, to: record.outTradeNo, expecting: record.version, now: morning)
                } else {
                    record = try await store.startRefund(of: record.outTradeNo, expecting: record.version, now: morning)
                }
            }
        }
        #expect(try await store.unfinished().isEmpty)
    }

    /// Refund numbers run from 1 without a gap, and the ledger is whole.
    private func checkNumbers(_ store: PaymentStore, _ seed: UInt64) async throws {
        let (numbers, entries) = try await store.database.read { tx in
            (
                try tx.rows("SELECT refund_no FROM payments WHERE refund_no IS NOT NULL ORDER BY refund_no") { try $0.text(0) },
                try PaymentBooking.ledger.verify(tx).entries
            )
        }
        #expect(numbers.map { Int($0.suffix(8)) } == (0..<numbers.count).map { $0 + 1 }, "seed \(seed)")
        #expect(entries > 0, "seed \(seed)")
    }

    @Test("after kill -9 everything acknowledged is there, and every payment can be taken to its end", arguments: [1, 2, 3] as [UInt64])
    func killed(seed: UInt64) async throws {
        let directory = try TemporaryDirectory()
        var random = SeededRandom(seed: seed)
        var acknowledged: [String: Int64] = [:]
        for life in 0..<3 {
            let child = try TalkingProcess.workload(["pay", directory.file(), String(life)])
            for _ in 0..<Int.random(in: 200..<1_500, using: &random) { note(child.line(), &acknowledged) }
            child.kill()
            while let line = child.line() { note(line, &acknowledged) }
        }
        let store = try PaymentStore(path: directory.file())
        #expect(try await store.equation().holds, "seed \(seed)")
        for (number, version) in acknowledged {
            #expect(try await store.payment(OutTradeNo(number)).version >= version, "seed \(seed)")
        }
        while !(try await store.unfinished().isEmpty) { try await finishAll(store) }
        let end = try await store.equation()
        #expect(end.holds && end.open == .zero && end.posted > .zero && end.refunded > .zero, "seed \(seed)")
        try await checkNumbers(store, seed)
        await store.close()
    }

    private func note(_ line: String?, _ acknowledged: inout [String: Int64]) {
        let parts = line?.split(separator: " ") ?? []
        guard parts.count == 2, let version = Int64(parts[1]) else { return }
        acknowledged[String(parts[0])] = max(version, acknowledged[String(parts[0])] ?? 0)
    }
}
