import SampanDomain
import SampanReconciliation
import Testing

/// RC-02: net = paid − refunded − fees, to the fen.
@Suite("A settlement and its deposit")
struct SettlementTests {
    @Test(
        "what is wrong with it",
        arguments: [
            (1_000, 1_000, nil, 0), (1_000, 999, "BANK_SHORT", 1), (1_000, 1_001, "BANK_EXTRA", 1), (1_000, nil, "BANK_MISSING", 1_000),
            (1_000, 0, "BANK_SHORT", 1_000), (1_000, -500, "BANK_SHORT", 1_500), (0, nil, nil, 0), (0, 1, "BANK_EXTRA", 1),
            (-500, nil, nil, 0), (-500, -500, nil, 0), (-500, 200, "BANK_EXTRA", 700), (-500, -600, "BANK_SHORT", 100),
            (1, nil, "BANK_MISSING", 1), (.min, .max, "BANK_EXTRA", .max), (.max, .min, "BANK_EXTRA", .max),
        ] as [(Int64, Int64?, String?, Int64)])
    func table(due: Int64, deposited: Int64?, type: String?, amount: Int64) {
        let found = Settlement(channel: .alipay, institution: "A", due: due, deposited: deposited).breakFound
        #expect(found?.type.rawValue == type)
        #expect(found?.amount ?? 0 == amount)
        #expect(found.map { $0.order.isEmpty && $0.institution == "A" && $0.channel == .alipay } ?? true)
    }

    @Test("sums stop at the ends of 64 bits")
    func saturation() {
        var sum = Sum(.max)
        sum.add(1)
        #expect(sum.fen == .max)
        sum = Sum(.min)
        sum.add(-1)
        #expect(sum.fen == .min)
    }
}
