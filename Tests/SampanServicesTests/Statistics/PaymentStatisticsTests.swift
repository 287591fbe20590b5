import SampanAPI
import SampanDomain
import SampanRPC
import SampanTestSupport
import StoreTestSupport
import Testing

@testable import SampanServices

@Suite("Payments by month")
struct PaymentStatisticsTests {
    private static func ask(
        _ bench: FinanceBench, _ from: String, _ to: String
    ) async throws -> StatisticsV1.GetPaymentStatisticsResponse {
        let caller = InProcessCaller(
            [StatisticsDesk(books: bench.books)],
            as: try PeerIdentity(trustDomain: "test", role: .settlement, institution: "4699010000", node: "li"))
        return try await StatisticsV1.StatisticsServiceClient(caller).getPaymentStatistics(
            StatisticsV1.GetPaymentStatisticsRequest(fromMonth: from, toMonth: to))
    }

    @Test("RC-05: the last moment of a month and the first of the next are in their months; empty months have zeros")
    func boundaries() async throws {
        let bench = try FinanceBench()
        try await bench.pay(1, fen: 11, paidAt: try FinanceBench.time("2026-11-30 23:59:59", nanoseconds: 999_999_999))
        try await bench.pay(2, fen: 22, through: .alipay, paidAt: try FinanceBench.time("2026-12-01 00:00:00"))
        try await bench.pay(3, fen: 44, paidAt: try FinanceBench.time("2027-02-28 12:00:00"), end: .refunded)
        try await bench.pay(4, fen: 88, paidAt: try FinanceBench.time("2028-02-29 23:59:59"), end: .open)
        let answer = try await Self.ask(bench, "2026-11", "2027-02")
        #expect(answer.channels.map(\.month) == ["2026-11", "2026-11", "2026-12", "2026-12", "2027-01", "2027-01", "2027-02", "2027-02"])
        #expect(answer.channels.map(\.paidFen) == [11, 0, 0, 22, 0, 0, 44, 0])
        #expect(answer.channels.map(\.refundedFen) == [0, 0, 0, 0, 0, 0, 44, 0])
        #expect(answer.channels.map(\.payments) == [1, 0, 0, 1, 0, 0, 1, 0])
        #expect(answer.institutions.map(\.month) == ["2026-11", "2026-12"] && answer.institutions.map(\.postedFen) == [11, 22])
        #expect(try await Self.ask(bench, "2028-02", "2028-02").channels.map(\.paidFen) == [88, 0])
        await bench.store.close()
    }

    @Test("RC-05: the months' sums are the sums of the payments, whatever they are", arguments: [1, 2, 3] as [UInt64])
    func sums(seed: UInt64) async throws {
        let bench = try FinanceBench()
        var random = SeededRandom(seed: seed)
        let start = try FinanceBench.time("2026-01-01 00:00:00")
        for id in 1...120 {
            let paidAt = start.advanced(byNanoseconds: Int64.random(in: 0..<400 * 86_400_000_000_000, using: &random))
            let end = [FinanceBench.End.posted, .posted, .refunded, .open, .closed].randomElement(using: &random) ?? .posted
            try await bench.pay(
                id, fen: Int64.random(in: 1...100_000, using: &random), through: Bool.random(using: &random) ? .alipay : .wechatPay,
                paidAt: paidAt, end: end)
        }
        let answer = try await Self.ask(bench, "2026-01", "2027-12")
        let equation = try await bench.store.equation()
        #expect(answer.channels.reduce(0) { $0 + $1.paidFen } == equation.paid.fen, "seed \(seed)")
        #expect(answer.channels.reduce(0) { $0 + $1.refundedFen } == equation.refunded.fen, "seed \(seed)")
        #expect(answer.institutions.reduce(0) { $0 + $1.postedFen } == equation.posted.fen, "seed \(seed)")
        #expect(answer.institutions.reduce(0) { $0 + Int64($1.receipts) } == equation.counts["posted"], "seed \(seed)")
        await bench.store.close()
    }

    @Test(
        "months that are none, or too many, are refused",
        arguments: [("2026-13", "2026-13"), ("2026-02", "2026-01"), ("", "2026-01"), ("2026-1", "2026-01"), ("2016-01", "2026-01")])
    func refused(from: String, to: String) async throws {
        let bench = try FinanceBench()
        await #expect {
            _ = try await Self.ask(bench, from, to)
        } throws: {
            ($0 as? RPCError)?.code == .invalidArgument
        }
        await bench.store.close()
    }
}
