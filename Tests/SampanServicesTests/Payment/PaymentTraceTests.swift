import SampanDomain
import SampanFerry
import SampanRPC
import StoreTestSupport
import Testing

@testable import SampanServices
@testable import SampanStorage

@Suite("The trace of a payment", .timeLimit(.minutes(20)))
struct PaymentTraceTests {
    private let directory: TemporaryDirectory
    init() throws { directory = try TemporaryDirectory() }

    private static let text = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"

    private static func traced(_ id: Int, _ trace: TraceParent?) throws -> NewPayment {
        let new = try order(id)
        return try NewPayment(
            outTradeNo: new.outTradeNo, caller: new.caller, requestID: new.requestID, hash: new.hash, institution: new.institution,
            kind: new.kind, amount: new.amount, channel: new.channel, command: new.command, trace: trace)
    }

    @Test("it is on the disk with the payment, through its states; a replay by another call changes nothing")
    func kept() async throws {
        let trace = try #require(TraceParent(Self.text))
        var store = try PaymentStore(path: directory.file())
        let first = try await store.create(Self.traced(1, trace), now: morning)
        #expect(first.trace == trace)
        #expect(try await store.create(Self.traced(1, nil), now: morning).trace == trace)
        #expect(try await store.create(Self.traced(2, nil), now: morning).trace == nil)
        await store.close()
        store = try PaymentStore(path: directory.file())
        #expect(try await store.apply(paid(1), to: first.outTradeNo, expecting: nil, now: morning).trace == trace)
        #expect(try await store.payment(first.outTradeNo).trace == trace)
        await store.close()
    }

    @Test("its request row has it, long after the call that asked for the payment", arguments: [text, nil])
    func row(text: String?) async throws {
        let bench = try await PaymentBench()
        let trace = text.flatMap { TraceParent($0) }
        try await bench.create(1, trace: trace)
        let payment = try await bench.payments.apply(paid(1), to: try OutTradeNo("SP1"), expecting: nil, now: bench.clock.now)
        let queue = PaymentQueue(requests: bench.requests, digest: { $0 }, lifetime: .seconds(60), scheme: .local)
        let charged = try #require(payment.state.channelPayment)
        guard case .queued(let seq) = try await queue.submit(payment, charged, now: bench.clock.now) else {
            Issue.record("refused")
            return
        }
        #expect(bench.requests.trace(of: seq)?.parent == trace)
        await bench.close()
    }

    @Test("a store from before traces is taken over, with its payments")
    func migrates() async throws {
        let before = Schema(name: "payments", migrations: Array(PaymentStore.schema.migrations.prefix(3)))
        let database = try SQLiteDatabase(path: directory.file(), schema: before)
        try await database.write { tx in
            try tx.execute(
                """
                INSERT INTO payments (out_trade_no, caller, request_id, hash, institution, kind, amount_fen, channel, command, state,
                version, created_at)
                VALUES ('SP1', '4699010001', 'r1', x'01', '4699010001', '挂号费', 500, 'WX', x'02', 'created', 0, 1)
                """)
        }
        await database.close()
        let store = try PaymentStore(path: directory.file())
        let payment = try await store.payment(try OutTradeNo("SP1"))
        #expect(payment.trace == nil && payment.amount.fen == 500)
        await store.close()
    }
}
