import SampanAPI
import SampanChannelSimulator
import SampanDomain
import Testing

@Suite("Orders of the channel")
struct OrderTests {
    @Test(
        "amounts and texts at their limits",
        arguments: [
            ("T1", 1, 1, 0, nil), ("T1", 100_000_000, 2, 127, nil), (String(repeating: "9", count: 32), 5, 1, 1, nil),
            ("T1", 0, 1, 0, "amount_fen"), ("T1", -1, 1, 0, "amount_fen"), ("T1", 100_000_001, 1, 0, "amount_fen"),
            ("T1", Int64.max, 1, 0, "amount_fen"), ("T1", Int64.min, 1, 0, "amount_fen"), ("T1", 1, 1, 128, "description"),
            ("T1", 1, 0, 0, "channel"), ("T1", 1, 3, 0, "channel"), ("T1", 1, -1, 0, "channel"),
            ("", 1, 1, 0, "out_trade_no"), (String(repeating: "9", count: 33), 1, 1, 0, "out_trade_no"), ("T 1", 1, 1, 0, "out_trade_no"),
        ] as [(String, Int64, Int32, Int, String?)])
    func limits(number: String, fen: Int64, channel: Int32, characters: Int, wrong: String?) async throws {
        try await ServiceFixture.with { fixture in
            let refusal = await refusal {
                try await fixture.create(number, .init(rawValue: channel), fen: fen, description: String(repeating: "费", count: characters))
            }
            #expect(refusal == wrong.map { "INVALID_ARGUMENT/\($0)" })
            if wrong == nil {
                let order = try await fixture.query(number)
                #expect(order.amountFen == fen && order.state == .notPaid && order.checkoutToken.utf8.count == 48)
            }
        }
    }

    @Test("the same body again is the same order, another body is ALREADY_EXISTS")
    func idempotency() async throws {
        try await ServiceFixture.with { fixture in
            let first = try await fixture.create()
            #expect(try await fixture.create() == first)
            let others: [() async throws -> ChannelV1.ChannelOrder] = [
                { try await fixture.create(fen: 1_001) }, { try await fixture.create("T1", .alipay) },
                { try await fixture.create(description: "住院押金") }, { try await fixture.create(expiresIn: 901) },
                { try await fixture.create(expiresIn: nil) },
            ]
            for other in others { #expect(await refusal(other) == "ALREADY_EXISTS/OUT_TRADE_NO_REUSED") }
            let paid = try await fixture.pay(first)
            #expect(try await fixture.create() == paid)
        }
    }

    @Test("transaction numbers look like the channel's", arguments: [GatewayV1.PaymentChannel.wechatPay, .alipay])
    func numbers(channel: GatewayV1.PaymentChannel) async throws {
        try await ServiceFixture.with { fixture in
            var numbers: Set<String> = []
            for index in 0..<12 {
                let paid = try await fixture.pay(try await fixture.create("T\(index)", channel))
                #expect(paid.transactionID.utf8.count == 28)
                #expect(paid.transactionID.hasPrefix(channel == .wechatPay ? "4200" : "20261122"))
                #expect(paid.transactionID.utf8.allSatisfy { (0x30...0x39).contains($0) })
                numbers.insert(paid.transactionID)
            }
            #expect(numbers.count == 12)
        }
    }

    @Test("an order is paid once, and nothing but a refund changes it any more")
    func paid() async throws {
        try await ServiceFixture.with { fixture in
            let order = try await fixture.create()
            let paid = try await fixture.pay(order)
            #expect(paid.state == .paid && paid.paidAt?.nanosecondsSince1970 == ManualTime.start.nanoseconds)
            fixture.clock.advance(.seconds(3_600))
            #expect(try await fixture.pay(order) == paid)
            #expect(try await fixture.query() == paid)
            #expect(await refusal { try await fixture.close() } == "FAILED_PRECONDITION/ORDER_PAID")
            #expect(await refusal { try await fixture.pay(order, false) } == "FAILED_PRECONDITION/ORDER_PAID")
            #expect(try await fixture.store.pendingNotifications(limit: 9).map(\.outTradeNo.text) == ["T1"])
        }
    }

    @Test("a closed order cannot be paid", arguments: [true, false])
    func closed(byPayer: Bool) async throws {
        try await ServiceFixture.with { fixture in
            let order = try await fixture.create()
            let closed = byPayer ? try await fixture.pay(order, false) : try await fixture.close()
            #expect(closed.state == .closed && closed.transactionID.isEmpty && closed.paidAt == nil)
            #expect(try await fixture.close() == closed)
            #expect(try await fixture.pay(order, false) == closed)
            #expect(await refusal { try await fixture.pay(order) } == "FAILED_PRECONDITION/ORDER_CLOSED")
            #expect(await refusal { try await fixture.refund() } == "FAILED_PRECONDITION/ORDER_NOT_PAID")
            #expect(try await fixture.store.pendingNotifications(limit: 9).count == 1)
        }
    }

    @Test(
        "after its expiry an order is closed by whoever looks at it", arguments: ["query", "pay", "decline", "close", "create", "refund"])
    func expiry(look: String) async throws {
        try await ServiceFixture.with { fixture in
            let order = try await fixture.create(expiresIn: 900)
            fixture.clock.advance(.seconds(900))
            #expect(try await fixture.query().state == .notPaid)
            fixture.clock.advance(.nanoseconds(1))
            switch look {
            case "query": #expect(try await fixture.query().state == .closed)
            case "pay": #expect(await refusal { try await fixture.pay(order) } == "FAILED_PRECONDITION/ORDER_EXPIRED")
            case "decline": #expect(try await fixture.pay(order, false).state == .closed)
            case "close": #expect(try await fixture.close().state == .closed)
            case "create": #expect(try await fixture.create(expiresIn: 900).state == .closed)
            default: #expect(await refusal { try await fixture.refund() } == "FAILED_PRECONDITION/ORDER_NOT_PAID")
            }
            // Closed in the file, not only in the answer: the notification is the proof.
            #expect(try await fixture.store.pendingNotifications(limit: 9).map(\.outTradeNo.text) == ["T1"])
        }
    }

    @Test("an order that has expired already is not made")
    func expiredAtOnce() async throws {
        try await ServiceFixture.with { fixture in
            #expect(await refusal { try await fixture.create(expiresIn: 0) } == "INVALID_ARGUMENT/expires_at")
            #expect(await refusal { try await fixture.query() } == "NOT_FOUND/ORDER_NOT_FOUND")
            let absurd = ChannelV1.CreateOrderRequest(
                outTradeNo: "T1", channel: .alipay, amountFen: 1, expiresAt: .init(seconds: .max, nanos: -1))
            let refusal = await refusal { try await fixture.channel.createOrder(absurd, context: fixture.context) }
            #expect(refusal == "INVALID_ARGUMENT/expires_at")
        }
    }

    @Test("unknown numbers are NOT_FOUND")
    func unknown() async throws {
        try await ServiceFixture.with { fixture in
            #expect(await refusal { try await fixture.query() } == "NOT_FOUND/ORDER_NOT_FOUND")
            #expect(await refusal { try await fixture.close() } == "NOT_FOUND/ORDER_NOT_FOUND")
            #expect(await refusal { try await fixture.refund() } == "NOT_FOUND/ORDER_NOT_FOUND")
            #expect(await refusal { try await fixture.queryRefund() } == "NOT_FOUND/REFUND_NOT_FOUND")
            #expect(await refusal { try await fixture.pay(.init(checkoutToken: "0")) } == "NOT_FOUND/ORDER_NOT_FOUND")
            #expect(await refusal { try await fixture.pay(.init()) } == "INVALID_ARGUMENT/checkout_token")
        }
    }

    @Test("a hundred payers at once pay once")
    func concurrentPay() async throws {
        try await ServiceFixture.with { fixture in
            let order = try await fixture.create()
            let numbers = try await withThrowingTaskGroup(of: String.self) { tasks in
                for _ in 0..<100 { tasks.addTask { try await fixture.pay(order).transactionID } }
                return try await tasks.reduce(into: Set()) { $0.insert($1) }
            }
            #expect(numbers.count == 1)
            #expect(try await fixture.store.pendingNotifications(limit: 9).count == 1)
        }
    }
}
