import SampanAPI
import SampanChannelSimulator
import SampanDomain
import Testing

@Suite("Faults of the channel", .timeLimit(.minutes(20)))
struct FaultTests {
    @Test("a failed call has no effect and fails as often as told")
    func fail() async throws {
        try await ServiceFixture.with(plan: try ServiceFixture.plan("T1,create_refund,FAIL,3,")) { fixture in
            _ = try await fixture.pay(try await fixture.create())
            for _ in 0..<3 {
                #expect(await refusal { try await fixture.refund() } == "UNAVAILABLE")
                #expect(await refusal { try await fixture.queryRefund() } == "NOT_FOUND/REFUND_NOT_FOUND")
            }
            #expect(try await fixture.refund().state == .succeeded)
        }
    }

    @Test("a restart does not begin the count anew")
    func countSurvives() async throws {
        let plan = try ServiceFixture.plan("*,create_order,FAIL,2,")
        let first = try ServiceFixture(plan: plan)
        #expect(await refusal { try await first.create() } == "UNAVAILABLE")
        await first.store.close()
        let second = try ServiceFixture(plan: plan, directory: first.directory)
        #expect(await refusal { try await second.create() } == "UNAVAILABLE")
        #expect(try await second.create().state == .notPaid)
        await second.store.close()
    }

    @Test("a lost answer has its effect once; asking again gives the answer")
    func lostAnswer() async throws {
        let plan = try ServiceFixture.plan(
            "*,create_order,LOST_ANSWER,,", "*,pay_order,LOST_ANSWER,,", "*,create_refund,LOST_ANSWER,2,", "*,close_order,LOST_ANSWER,,")
        try await ServiceFixture.with(plan: plan) { fixture in
            #expect(await refusal { try await fixture.create() } == "UNAVAILABLE")
            let order = try await fixture.query()
            #expect(try await fixture.create() == order)
            #expect(await refusal { try await fixture.pay(order) } == "UNAVAILABLE")
            let paid = try await fixture.query()
            #expect(paid.state == .paid)
            #expect(try await fixture.pay(order) == paid)
            #expect(await refusal { try await fixture.refund() } == "UNAVAILABLE")
            let refund = try await fixture.queryRefund()
            #expect(await refusal { try await fixture.refund() } == "UNAVAILABLE")
            #expect(try await fixture.refund() == refund)
            #expect(await refusal { try await fixture.close() } == "UNAVAILABLE")
            #expect(await refusal { try await fixture.close() } == "FAILED_PRECONDITION/ORDER_PAID")
        }
    }

    @Test("a late answer comes after its effect")
    func late() async throws {
        try await ServiceFixture.with(plan: try ServiceFixture.plan("T1,create_order,LATE,1,500")) { fixture in
            async let answer = fixture.create()
            var sleeps = fixture.clock.sleeps.makeAsyncIterator()
            #expect(await sleeps.next() == .milliseconds(500))
            let order = try await fixture.query()
            fixture.clock.advance(.milliseconds(500))
            #expect(try await answer == order)
        }
    }

    @Test("faults of one operation follow each other; an order's own count before everybody's")
    func order() async throws {
        let plan = try ServiceFixture.plan(
            "*,query_order,FAIL,always,", "T1,query_order,FAIL,1,", "T1,query_order,LOST_ANSWER,1,", "*,query_order,LATE,1,0")
        let number = try OutTradeNo("T1")
        #expect(plan.rules(.queryOrder, of: number).map(\.fault) == [.fail, .lostAnswer, .late(.zero)])
        #expect(plan.rules(.queryOrder, of: number).map(\.times) == [1, 1, 1])
        #expect(plan.rules(.queryOrder, of: try OutTradeNo("T2")).map(\.times) == [nil, 1])
        #expect(plan.rules(.payOrder, of: number).isEmpty)
    }

    @Test(
        "a plan that cannot be used names its line",
        arguments: [
            ("T 1,pay_order,FAIL,,", "out_trade_no"), (",pay_order,FAIL,,", "out_trade_no"), ("T1,pay,FAIL,,", "operation"),
            ("T1,pay_order,fail,,", "fault is"), ("T1,pay_order,TWICE,,", "cannot happen"), ("T1,notify_order,FAIL,,", "cannot happen"),
            ("T1,pay_order,PROCESSING,,5", "cannot happen"), ("T1,pay_order,FAIL,0,", "times"), ("T1,pay_order,FAIL,-1,", "times"),
            ("T1,pay_order,FAIL,1000001,", "times"), ("T1,pay_order,FAIL,99999999999999999999,", "times"),
            ("T1,pay_order,FAIL,,5", "takes no"),
            ("T1,pay_order,LATE,,", "needs"), ("T1,pay_order,LATE,,-1", "needs"), ("T1,pay_order,LATE,,86400001", "needs"),
            ("T1,create_refund,PROCESSING,1,5", "takes no"),
            ("T1,pay_order,FAIL,,\nT1,pay_order,FAIL,2,", "already"),
        ])
    func badPlan(rows: String, says: String) {
        let error = #expect(throws: FaultPlanError.self) { try ServiceFixture.plan(rows) }
        #expect(error?.description.contains(says) == true && error?.description.hasPrefix("line ") == true, "\(String(describing: error))")
    }

    @Test("seeded faults hit their share, the same for the same seed, and each once", arguments: [1, 7, 20_261_122] as [UInt64])
    func seeded(seed: UInt64) throws {
        let plans = [SeededFaults(rate: 0.05, seed: seed), SeededFaults(rate: 0.05, seed: seed), SeededFaults(rate: 0.05, seed: seed + 1)]
            .map { FaultPlan(seeded: $0) }
        var hits: [Set<String>] = [[], [], []]
        for index in 0..<4_000 {
            let number = try OutTradeNo("T\(index)")
            for (place, plan) in plans.enumerated() {
                for operation in FaultOperation.allCases {
                    for rule in plan.rules(operation, of: number) {
                        #expect(rule.times == 1)
                        hits[place].insert("\(index) \(operation) \(rule.fault)")
                    }
                }
            }
        }
        #expect(hits[0] == hits[1] && hits[0] != hits[2])
        // 28,000 pairs at 5 %: 1,400, with a standard deviation of 36.
        #expect((1_200...1_600).contains(hits[0].count), "seed \(seed): \(hits[0].count)")
    }

    @Test("rates outside of 0 to 1 are refused", arguments: [(-0.01, false), (0, true), (1, true), (1.01, false), (.nan, false)])
    func rates(rate: Double, isValid: Bool) {
        #expect((SeededFaults(rate: rate, seed: 1) != nil) == isValid)
    }
}
