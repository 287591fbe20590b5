import SampanAPI
import SampanChannelSimulator
import SampanDomain
import Testing

@Suite("Refunds of the channel")
struct RefundTests {
    @Test("a refund number refunds once")
    func idempotency() async throws {
        try await ServiceFixture.with { fixture in
            _ = try await fixture.pay(try await fixture.create())
            _ = try await fixture.pay(try await fixture.create("T2"))
            let first = try await fixture.refund(fen: 300)
            #expect(first.state == .succeeded && first.refundID.utf8.count == 28)
            #expect(try await fixture.refund(fen: 300) == first)
            #expect(try await fixture.queryRefund() == first)
            let reused = "ALREADY_EXISTS/OUT_REFUND_NO_REUSED"
            #expect(await refusal { try await fixture.refund(fen: 301) } == reused)
            #expect(await refusal { try await fixture.refund(of: "T2", fen: 300) } == reused)
            #expect(await refusal { try await fixture.refund(fen: 300, reason: "other") } == reused)
        }
    }

    @Test(
        "refunds never exceed what was paid",
        arguments: [
            ([1_000], [true]), ([1_001], [false]), ([999, 1], [true, true]), ([999, 2, 1], [true, false, true]),
            ([500, 500, 1], [true, true, false]), ([100_000_000, 1_000], [false, true]),
        ] as [([Int64], [Bool])])
    func total(amounts: [Int64], accepted: [Bool]) async throws {
        try await ServiceFixture.with { fixture in
            _ = try await fixture.pay(try await fixture.create(fen: 1_000))
            for (index, (amount, isAccepted)) in zip(amounts, accepted).enumerated() {
                let refusal = await refusal { try await fixture.refund("R\(index)", fen: amount) }
                #expect(refusal == (isAccepted ? nil : "FAILED_PRECONDITION/REFUND_EXCEEDS_PAID"))
            }
        }
    }

    @Test(
        "amounts and texts at their limits",
        arguments: [
            ("R1", 0, 0, "amount_fen"), ("R1", -5, 0, "amount_fen"), ("R1", Int64.max, 0, "amount_fen"), ("R1", 1, 80, nil),
            ("R1", 1, 81, "reason"), ("", 1, 0, "out_refund_no"), (String(repeating: "R", count: 64), 1, 0, nil),
            (String(repeating: "R", count: 65), 1, 0, "out_refund_no"),
        ] as [(String, Int64, Int, String?)])
    func limits(number: String, fen: Int64, characters: Int, wrong: String?) async throws {
        try await ServiceFixture.with { fixture in
            _ = try await fixture.pay(try await fixture.create())
            let refusal = await refusal { try await fixture.refund(number, fen: fen, reason: String(repeating: "退", count: characters)) }
            #expect(refusal == wrong.map { "INVALID_ARGUMENT/\($0)" })
        }
    }

    @Test("an order that is not paid is not refunded")
    func notPaid() async throws {
        try await ServiceFixture.with { fixture in
            _ = try await fixture.create()
            #expect(await refusal { try await fixture.refund() } == "FAILED_PRECONDITION/ORDER_NOT_PAID")
        }
    }

    @Test("a hundred calls at once refund exactly once")
    func concurrent() async throws {
        try await ServiceFixture.with { fixture in
            _ = try await fixture.pay(try await fixture.create(fen: 1_000))
            let numbers = try await withThrowingTaskGroup(of: String.self) { tasks in
                for _ in 0..<100 { tasks.addTask { try await fixture.refund(fen: 600).refundID } }
                return try await tasks.reduce(into: Set()) { $0.insert($1) }
            }
            #expect(numbers.count == 1)
            #expect(await refusal { try await fixture.refund("R2", fen: 401) } == "FAILED_PRECONDITION/REFUND_EXCEEDS_PAID")
            #expect(try await fixture.refund("R2", fen: 400).state == .succeeded)
        }
    }

    @Test("different numbers at once do not exceed what was paid")
    func concurrentDifferent() async throws {
        try await ServiceFixture.with { fixture in
            _ = try await fixture.pay(try await fixture.create(fen: 1_000))
            let accepted = await withTaskGroup(of: Bool.self) { tasks in
                for index in 0..<50 { tasks.addTask { await refusal { try await fixture.refund("R\(index)", fen: 300) } == nil } }
                return await tasks.reduce(into: 0) { $0 += $1 ? 1 : 0 }
            }
            #expect(accepted == 3)
        }
    }

    @Test("a refund that takes time is PROCESSING, then SUCCEEDED for good; its money counts at once")
    func processing() async throws {
        try await ServiceFixture.with(plan: try ServiceFixture.plan("T1,create_refund,PROCESSING,,1500")) { fixture in
            _ = try await fixture.pay(try await fixture.create(fen: 1_000))
            let first = try await fixture.refund(fen: 600)
            #expect(first.state == .processing && first.succeededAt == nil)
            #expect(await refusal { try await fixture.refund("R2", fen: 401) } == "FAILED_PRECONDITION/REFUND_EXCEEDS_PAID")
            fixture.clock.advance(.milliseconds(1_499))
            #expect(try await fixture.queryRefund() == first)
            fixture.clock.advance(.milliseconds(1))
            let settled = try await fixture.queryRefund()
            #expect(settled.state == .succeeded && settled.refundID == first.refundID)
            #expect(settled.succeededAt?.nanosecondsSince1970 == ManualTime.start.nanoseconds + 1_500_000_000)
            fixture.clock.advance(.seconds(-10))
            #expect(try await fixture.refund(fen: 600) == settled)
        }
    }
}
