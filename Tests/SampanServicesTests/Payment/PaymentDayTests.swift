import SampanDomain
import SampanFerry
import SampanServices
import SampanStorage
import StoreTestSupport
import Synchronization
import Testing

/// The three stores of the payment path together, without RPC between them: the saga and the workers as the glue will run them.
@Suite("A payment day over the three stores", .timeLimit(.minutes(20)))
struct PaymentDayTests {
    let directory: TemporaryDirectory
    init() throws { directory = try TemporaryDirectory() }

    private static let count = 150
    private static func isPaid(_ id: Int) -> Bool { id % 7 != 3 }
    private static func fault(_ id: Int) -> FaultPlan.Fault? {
        switch id % 25 {
        case 4: .reject
        case 9: .timeout
        case 14: .lostReply
        default: nil
        }
    }

    @Test("every paid request is posted once or refunded once, nothing is open, and both ledgers agree to the fen")
    func day() async throws {
        let payments = try PaymentStore(path: directory.file("payments.db"))
        let requests = try await RequestStore.open(path: directory.file("requests.db"))
        let his = try await HISStore.open(path: directory.file("his.db"), seed: .paymentDay)
        var plan = FaultPlan()
        for id in 0..<Self.count { plan.faults[try OutTradeNo("SP\(id)")] = Self.fault(id) }
        let tally = Tally()
        let sick = FaultyHIS(his, plan: plan) { _ in }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for worker in 0..<5 { group.addTask { try await Self.work(worker, requests, sick, payments, tally) } }
            try await withThrowingTaskGroup(of: Void.self) { sagas in
                for id in 0..<Self.count { sagas.addTask { try await Self.live(id, payments, requests) } }
                try await sagas.waitForAll()
            }
            group.cancelAll()
            try await group.waitForAll()
        }
        try await check(payments, requests, his, tally)
        await payments.close()
        await requests.close()
        await his.close()
    }

    private func check(_ payments: PaymentStore, _ requests: RequestStore, _ his: HISStore, _ tally: Tally) async throws {
        let paid = (0..<Self.count).filter(Self.isPaid)
        let refunded = paid.filter { Self.fault($0) == .reject || Self.fault($0) == .timeout }
        let equation = try await payments.equation()
        #expect(equation.holds && equation.open == .zero)
        #expect(equation.counts["posted"] == Int64(paid.count - refunded.count))
        #expect(equation.counts["refunded"] == Int64(refunded.count))
        #expect(equation.counts["closed"] == Int64(Self.count - paid.count))
        #expect(requests.openCount == 0)
        let ledger = try await his.ledger(from: UnixTime(nanoseconds: .min), to: UnixTime(nanoseconds: .max))
        #expect(Set(ledger.map(\.outTradeNo.text)) == Set(paid.filter { !refunded.contains($0) }.map { "SP\($0)" }))
        #expect(ledger.reduce(0) { $0 + $1.amount.fen } == equation.posted.fen)
        for row in ledger { #expect(try await payments.payment(row.outTradeNo).state.receipt == row.receipt) }
        let file = try CSVTable(await payments.platformLedger(from: UnixTime(nanoseconds: .min), to: UnixTime(nanoseconds: .max)))
        #expect(file.rows.count == Self.count + refunded.count)
        let shares = tally.shares
        #expect(shares.count == 5 && shares.values.reduce(0, +) == paid.count)
        #expect((shares.values.max() ?? 0) - (shares.values.min() ?? 0) <= 1)
    }

    /// One payment from order to final state: what the saga does, step by step.
    private static func live(_ id: Int, _ payments: PaymentStore, _ requests: RequestStore) async throws {
        let now = morning.advanced(byNanoseconds: Int64(id))
        let new = try order(id, fen: Int64(100 + id))
        _ = try await payments.create(new, now: now)
        guard isPaid(id) else {
            _ = try await payments.apply(.closed, to: new.outTradeNo, expecting: 0, now: now)
            return
        }
        // The callback comes twice.
        for _ in 0..<2 { _ = try await payments.apply(paid(id, fen: Int64(100 + id)), to: new.outTradeNo, expecting: nil, now: now) }
        let row = NewRequest(
            submitter: new.caller, requestID: new.requestID, hash: new.hash, payload: Array(new.outTradeNo.text.utf8),
            deadline: now.advanced(byNanoseconds: 60_000_000_000))
        let queued = try await requests.submit(row, now: now)
        _ = try await payments.apply(.queued(seq: queued.seq), to: new.outTradeNo, expecting: nil, now: now)
        for try await status in requests.watch(queued.seq) {
            guard let outcome = status.outcome else { continue }
            let decided = try await payments.apply(.decided(outcome), to: new.outTradeNo, expecting: nil, now: now)
            guard !decided.isFinal else { return }
            _ = try await payments.startRefund(of: new.outTradeNo, expecting: decided.version, now: now)
            _ = try await payments.apply(.refunded, to: new.outTradeNo, expecting: nil, now: now)
        }
    }

    /// One worker: wait, claim, post, resolve what is unknown, complete.
    private static func work(
        _ worker: Int, _ requests: RequestStore, _ his: any HISAdapter, _ payments: PaymentStore, _ tally: Tally
    ) async throws {
        let partition = try Partition(worker: worker, of: 5)
        let ferryOperator = try HISOperator(worker: worker)
        while await requests.waitForOpenRow(partition) {
            let claimed = try requests.claim(RowClaim(partition, limit: 16), now: morning)
            var rows: [HISRequest] = []
            for row in claimed { rows.append(try await parse(row, payments)) }
            var completions: [RequestCompletion] = []
            for (row, answer) in zip(rows, await his.post(rows, by: ferryOperator, now: morning)) {
                let decision =
                    switch answer {
                    case .decided(let decision): decision
                    case .fenced: throw HISError.fenced
                    case .unknown: try await his.resolve(row, otherwise: .noAnswer, by: ferryOperator, now: morning)
                    }
                completions.append(RequestCompletion(seq: row.seq, outcome: decision.outcome, decidedAt: decision.decidedAt))
            }
            tally.add(rows.count, to: worker)
            for answer in try await requests.complete(completions, now: morning) { _ = try answer.get() }
        }
    }

    /// Stands for decoding the payload.
    private static func parse(_ row: ClaimedRow, _ payments: PaymentStore) async throws -> HISRequest {
        let payment = try await payments.payment(OutTradeNo(String(decoding: row.payload, as: UTF8.self)))
        let charge = try Charge(
            outTradeNo: payment.outTradeNo, institution: payment.institution, amount: payment.amount, channel: payment.channel,
            channelTransactionID: "T", paidAt: morning, patientNumber: nil)
        return HISRequest(
            seq: row.seq, submitter: row.submitter, requestID: row.requestID, deadline: row.deadline,
            command: .bookingFee(try BookingFee(charge: charge, departmentCode: "03", scheduleID: nil)))
    }
}

/// Rows that each worker has completed.
private final class Tally: Sendable {
    private let counts = Mutex<[Int: Int]>([:])
    var shares: [Int: Int] { counts.withLock { $0 } }
    func add(_ rows: Int, to worker: Int) { counts.withLock { $0[worker, default: 0] += rows } }
}
