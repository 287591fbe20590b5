import SampanAPI
import SampanDomain
import SampanFerry
import SampanRPC
import StoreTestSupport
import Synchronization
import Testing

@testable import SampanServices

@Suite("Payment desk", .timeLimit(.minutes(20)))
struct PaymentDeskTests {
    private static let hospital = "4699010001"
    private static let other = "4699010002"

    /// The desk on a bench, and its callers.
    private struct Desk {
        let bench: PaymentBench
        let engine: PaymentEngine
        let services: [any RPCService]

        func client(_ institution: String = PaymentDeskTests.hospital, _ role: PeerIdentity.Role = .hospital) throws
            -> PaymentV1.PaymentServiceClient
        {
            PaymentV1.PaymentServiceClient(
                InProcessCaller(services, as: try PeerIdentity(trustDomain: "test", role: role, institution: institution, node: "n1")))
        }

        var stranger: PaymentV1.PaymentServiceClient { PaymentV1.PaymentServiceClient(InProcessCaller(services, as: nil)) }
    }

    private static func with(_ channel: ScriptedChannel = ScriptedChannel(), _ body: @Sendable (Desk) async throws -> Void) async throws {
        let bench = try await PaymentBench(channel, lifetime: .seconds(80_000_000))
        let engine = bench.makeEngine()
        let desk = PaymentDesk(
            store: bench.payments, engine: engine, institutions: try InstitutionDirectory(codes: [hospital, other], scheme: .local),
            configuration: bench.configuration, digest: { $0 })
        let mover = Task { await engine.run() }
        let inside = Task { await bench.inside { .posted(PaymentBench.receipt($0.seq)) } }
        let result: Result<Void, any Error>
        do {
            result = .success(
                try await body(Desk(bench: bench, engine: engine, services: [desk, ChannelNotificationDesk(engine: engine)])))
        } catch { result = .failure(error) }
        for task in [mover, inside] {
            task.cancel()
            await task.value
        }
        await bench.close()
        try result.get()
    }

    private static func booking(
        _ id: Int = 1, requestID: String? = nil, outTradeNo: String? = nil, institution: String = hospital, fen: Int64 = 500,
        channel: GatewayV1.PaymentChannel = .wechatPay, department: String = "03"
    ) -> PaymentV1.PayBookingFeeRequest {
        PaymentV1.PayBookingFeeRequest(
            requestID: requestID ?? "r\(id)",
            order: PaymentV1.Order(
                outTradeNo: outTradeNo ?? "SP\(id)", institutionCode: institution, amountFen: fen, channel: channel, patientNumber: "P1"),
            departmentCode: department)
    }

    private static func failure(_ body: () async throws -> Void) async throws -> RPCError {
        do {
            try await body()
        } catch let error as RPCError {
            return error
        }
        throw Unexpected()
    }
    private struct Unexpected: Error {}

    @Test("FE-04 a replay gets the payment it made, once at the channel; the three kinds are taken")
    func replay() async throws {
        try await Self.with { desk in
            let client = try desk.client()
            let first = try await client.payBookingFee(Self.booking()).payment
            #expect(first?.state == .created && first?.checkoutToken == "token-SP1" && first?.order?.amountFen == 500)
            #expect(first?.order?.patientNumber == "" && first?.kind == .bookingFee)
            for _ in 0..<3 { #expect(try await client.payBookingFee(Self.booking()).payment == first) }
            let order = Self.booking(2).order
            let second = try await client.payOutpatientFee(
                PaymentV1.PayOutpatientFeeRequest(requestID: "r2", order: order, chargeOrderIDs: ["C1", "C2"])
            ).payment
            let third = try await client.payInpatientDeposit(
                PaymentV1.PayInpatientDepositRequest(requestID: "r3", order: Self.booking(3).order, admissionNumber: "Z1")
            ).payment
            #expect(second?.kind == .outpatientFee && third?.kind == .inpatientDeposit)
            #expect(desk.bench.channel.count(.create, try OutTradeNo("SP1")) == 1)
            #expect(try await client.getPayment(PaymentV1.GetPaymentRequest(outTradeNo: "SP1")).payment == first)
        }
    }

    @Test("the same request_id with another body, or another's order number, is ALREADY_EXISTS with its reason")
    func reuse() async throws {
        try await Self.with { desk in
            let client = try desk.client()
            _ = try await client.payBookingFee(Self.booking())
            let bodies = [
                Self.booking(fen: 501), Self.booking(outTradeNo: "SP9"), Self.booking(channel: .alipay), Self.booking(department: "04"),
            ]
            for body in bodies {
                let error = try await Self.failure { _ = try await client.payBookingFee(body) }
                #expect(error.code == .alreadyExists && error.errorInfo?.reason == "REQUEST_ID_REUSED")
            }
            let kind = try await Self.failure {
                _ = try await client.payInpatientDeposit(
                    PaymentV1.PayInpatientDepositRequest(requestID: "r1", order: Self.booking().order, admissionNumber: "Z1"))
            }
            #expect(kind.errorInfo?.reason == "REQUEST_ID_REUSED")
            let again = try await Self.failure { _ = try await client.payBookingFee(Self.booking(requestID: "r7")) }
            #expect(again.code == .alreadyExists && again.errorInfo?.reason == "OUT_TRADE_NO_TAKEN")
            let stolen = try await Self.failure {
                _ = try await desk.client(Self.other).payBookingFee(Self.booking(institution: Self.other))
            }
            #expect(stolen.code == .alreadyExists && stolen.errorInfo?.reason == "OUT_TRADE_NO_TAKEN")
            // The request id is unique in an institution, not among them.
            #expect(
                try await desk.client(Self.other).payBookingFee(Self.booking(outTradeNo: "SP8", institution: Self.other)).payment != nil)
            #expect(try await desk.bench.payments.equation().counts == ["created": 2])
        }
    }

    @Test(
        "amounts: 1 to 100,000,000 fen are taken",
        arguments: [
            (Int64.min, false), (-1, false), (0, false), (1, true), (100_000_000, true), (100_000_001, false), (Int64.max, false),
        ])
    func amounts(fen: Int64, isTaken: Bool) async throws {
        try await Self.with { desk in
            let client = try desk.client()
            if isTaken {
                #expect(try await client.payBookingFee(Self.booking(fen: fen)).payment?.order?.amountFen == fen)
            } else {
                let error = try await Self.failure { _ = try await client.payBookingFee(Self.booking(fen: fen)) }
                let field = error.detail(GoogleRPC.BadRequest.self)?.fieldViolations.first?.field
                #expect(error.code == .invalidArgument && field == "amount_fen")
                #expect(try await desk.bench.payments.equation().counts.isEmpty && desk.bench.channel.calls.isEmpty)
            }
        }
    }

    static let wrong: [(PaymentV1.PayBookingFeeRequest, StatusCode, String)] = [
        (booking(channel: .unspecified), .invalidArgument, "channel"),
        (booking(channel: .unrecognized(99)), .invalidArgument, "channel"),
        (booking(institution: ""), .invalidArgument, "institution_code"),
        (booking(requestID: ""), .invalidArgument, "request_id"),
        (booking(requestID: String(repeating: "r", count: 65)), .invalidArgument, "request_id"),
        (booking(requestID: "r 1"), .invalidArgument, "request_id"),
        (booking(requestID: "号"), .invalidArgument, "request_id"),
        (booking(outTradeNo: ""), .invalidArgument, "out_trade_no"),
        (booking(outTradeNo: String(repeating: "S", count: 33)), .invalidArgument, "out_trade_no"),
        (booking(outTradeNo: "SP'; DROP"), .invalidArgument, "out_trade_no"),
        (booking(department: "0\u{1}3"), .invalidArgument, "department_code"),
        (PaymentV1.PayBookingFeeRequest(requestID: "r1"), .invalidArgument, "order"),
        (PaymentV1.PayBookingFeeRequest(), .invalidArgument, "order"),
    ]

    @Test("GW-15 a wrong field is refused by name, and leaves nothing behind", arguments: wrong.indices)
    func wrongFields(index: Int) async throws {
        let (request, code, field) = Self.wrong[index]
        try await Self.with { desk in
            let error = try await Self.failure { _ = try await desk.client().payBookingFee(request) }
            #expect(error.code == code && error.detail(GoogleRPC.BadRequest.self)?.fieldViolations.first?.field == field, "\(error)")
            #expect(try await desk.bench.payments.equation().counts.isEmpty && desk.bench.channel.calls.isEmpty)
        }
    }

    @Test("CE-01 the institution of the certificate counts: a hospital pays for itself, an app for any that is known")
    func institutions() async throws {
        try await Self.with { desk in
            for institution in [Self.other, "4699019999"] {
                let error = try await Self.failure { _ = try await desk.client().payBookingFee(Self.booking(institution: institution)) }
                #expect(error.code == .permissionDenied && error.errorInfo?.reason == "NOT_OWN_INSTITUTION")
            }
            let unknown = try await Self.failure {
                _ = try await desk.client("app1", .app).payBookingFee(Self.booking(institution: "4699019999"))
            }
            #expect(unknown.code == .invalidArgument)
            #expect(try await desk.client("app1", .app).payBookingFee(Self.booking(institution: Self.other)).payment != nil)
            let nobody = try await Self.failure { _ = try await desk.stranger.payBookingFee(Self.booking(2)) }
            #expect(nobody.code == .unauthenticated)
        }
    }

    @Test("RE-11 another institution's payment is as if it were not there, for get and for watch")
    func foreign() async throws {
        try await Self.with { desk in
            _ = try await desk.client().payBookingFee(Self.booking())
            let other = try desk.client(Self.other)
            for outTradeNo in ["SP1", "nobody"] {
                let get = try await Self.failure { _ = try await other.getPayment(PaymentV1.GetPaymentRequest(outTradeNo: outTradeNo)) }
                let watch = try await Self.failure {
                    for try await _ in try await other.watchPayment(PaymentV1.WatchPaymentRequest(outTradeNo: outTradeNo)) {}
                }
                #expect(get.code == .notFound && watch.code == .notFound && get.message == watch.message)
            }
            let bad = try await Self.failure { _ = try await other.getPayment(PaymentV1.GetPaymentRequest(outTradeNo: "bad number")) }
            #expect(bad.code == .invalidArgument)
        }
    }

    @Test("RF-05 a watch shows the states in order and ends after exactly one final state")
    func watch() async throws {
        try await Self.with { desk in
            let client = try desk.client()
            _ = try await client.payBookingFee(Self.booking())
            let changes = try await client.watchPayment(PaymentV1.WatchPaymentRequest(outTradeNo: "SP1"))
            var states = [try #require(await changes.next()?.payment?.state)]
            desk.bench.channel.pay(try OutTradeNo("SP1"))
            let caller = InProcessCaller(
                desk.services, as: try PeerIdentity(trustDomain: "test", role: .app, institution: "channel", node: "n1"))
            _ = try await ChannelV1.ChannelNotificationServiceClient(caller).notifyOrder(ChannelV1.NotifyOrderRequest(outTradeNo: "SP1"))
            while let change = try await changes.next() { states.append(try #require(change.payment?.state)) }
            // A slow reader may miss what lies between, never the end, and never sees a step back.
            let order: [PaymentV1.PaymentState] = [.created, .paid, .queued, .posted]
            let places = states.compactMap { order.firstIndex(of: $0) }
            #expect(
                places.count == states.count && places == places.sorted() && states.count { $0 == .posted } == 1 && states.last == .posted)
            // Watching what is over: one answer, and the end.
            let again = try await client.watchPayment(PaymentV1.WatchPaymentRequest(outTradeNo: "SP1"))
            #expect(try await again.next()?.payment?.receiptNumber == PaymentBench.receipt(0).text)
            #expect(try await again.next() == nil)
        }
    }

    @Test("a cancelled watch ends, and lets go of the store")
    func cancelledWatch() async throws {
        try await Self.with { desk in
            let client = try desk.client()
            _ = try await client.payBookingFee(Self.booking())
            let changes = try await client.watchPayment(PaymentV1.WatchPaymentRequest(outTradeNo: "SP1"))
            _ = try await changes.next()
            changes.cancel()
            let error = try await Self.failure { while try await changes.next() != nil {} }
            #expect(error.code == .cancelled)
        }
    }

    @Test("RF-02 a channel that is down answers UNAVAILABLE, whatever its own code; the payment is kept and moves on by itself")
    func channelDown() async throws {
        let isDown = Mutex(true)
        try await Self.with(ScriptedChannel { _, call in call.method == .create && isDown.withLock { $0 } ? .lostAnswer : nil }) { desk in
            let client = try desk.client()
            let error = try await Self.failure { _ = try await client.payBookingFee(Self.booking()) }
            #expect(error.code == .unavailable && error.errorInfo?.reason == "CHANNEL_UNAVAILABLE")
            isDown.withLock { $0 = false }
            let payment = try await client.payBookingFee(Self.booking()).payment
            #expect(payment?.checkoutToken == "token-SP1")
            desk.bench.channel.pay(try OutTradeNo("SP1"))
            #expect(try await desk.bench.final(1).state.name == "posted")
        }
    }

    @Test("FE-05 a notification with a wrong number is refused, one about an unknown order does nothing")
    func notifications() async throws {
        try await Self.with { desk in
            let caller = InProcessCaller(
                desk.services, as: try PeerIdentity(trustDomain: "test", role: .app, institution: "channel", node: "n1"))
            let client = ChannelV1.ChannelNotificationServiceClient(caller)
            let error = try await Self.failure { _ = try await client.notifyOrder(ChannelV1.NotifyOrderRequest(outTradeNo: "SP 1")) }
            #expect(error.code == .invalidArgument)
            _ = try await client.notifyOrder(ChannelV1.NotifyOrderRequest(outTradeNo: "nobody"))
            #expect(desk.bench.channel.calls.isEmpty)
        }
    }
}
