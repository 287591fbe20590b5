import SampanDomain
import SampanFerry
import Testing

/// What every adapter has to keep, whatever HIS is behind it. A second HIS runs it with its own `makeHIS`: a HIS that knows the
/// institution 4699010001 with department 03 and nothing of these requests.
struct HISAdapterConformance {
    let makeHIS: () async throws -> any HISAdapter
    let worker: HISOperator
    static let early = UnixTime(nanoseconds: 1_794_941_700_000_000_000)

    init(_ makeHIS: @escaping () async throws -> any HISAdapter) throws {
        self.makeHIS = makeHIS
        worker = try HISOperator(worker: 0)
    }

    static func row(
        _ id: Int, institution: String = "4699010001", order: String? = nil, fen: Int64 = 100,
        deadline: UnixTime = UnixTime(nanoseconds: .max), fence: FerryFence? = nil
    ) throws -> HISRequest {
        let charge = try Charge(
            outTradeNo: OutTradeNo(order ?? "SP\(id)"), institution: InstitutionCode(institution, scheme: .local), amount: Money(fen: fen),
            channel: .wechatPay, channelTransactionID: "42000\(id)", paidAt: early, patientNumber: "P\(id)")
        return HISRequest(
            seq: Int64(id), submitter: charge.institution, requestID: try RequestID("r\(id)"), deadline: deadline,
            command: .bookingFee(try BookingFee(charge: charge, departmentCode: nil, scheduleID: nil)), fence: fence)
    }

    func run() async throws {
        try await postsOnce()
        try await refusesAndRemembers()
        try await expires()
        try await resolves()
        try await receiptsRise()
        try await fences()
        try await unreadable()
    }

    /// A row that cannot be opened is refused for good, by whichever key the next one looks; what was decided before stands.
    private func unreadable() async throws {
        let his = try await makeHIS()
        let fence = { (number: Int64) in FerryFence(worker: 2, number: number) }
        let reason = OutcomeReason(constant: "SEAL_BROKEN", "no")
        func refuse(_ row: HISRequest, _ number: Int64, at now: UnixTime = Self.early) async throws -> HISDecision {
            try await his.refuse(
                UnreadableRow(seq: row.seq, submitter: row.submitter, requestID: row.requestID, fence: fence(number)), reason, by: worker,
                now: now)
        }
        let (refused, posted) = (try Self.row(1, fence: fence(5)), try Self.row(2, fence: fence(5)))
        let decision = try await refuse(refused, 5)
        #expect(decision == HISDecision(outcome: .rejected(reason), decidedAt: Self.early))
        let answers = await his.post([refused, posted], by: worker, now: Self.early.advanced(byNanoseconds: 1))
        #expect(answers[0] == .decided(decision) && receipt(of: answers[1]) != nil)
        let given = try await his.resolve(refused, otherwise: .noAnswer, by: worker, now: Self.early)
        #expect(given == decision)
        let again = try await refuse(refused, 5, at: Self.early.advanced(byNanoseconds: 9))
        let late = try await refuse(posted, 5)
        #expect(again == decision && HISAnswer.decided(late) == answers[1])
        await #expect(throws: HISError.fenced) { _ = try await refuse(Self.row(3), 4) }
        let ledger = try await his.ledger(from: UnixTime(nanoseconds: .min), to: UnixTime(nanoseconds: .max))
        #expect(ledger.map(\.outTradeNo.text) == ["SP2"])
    }

    /// Nothing is done under an old fence of a worker, and nothing of another worker's counts.
    private func fences() async throws {
        let his = try await makeHIS()
        #expect(try await his.newestFence() == 0)
        let fence = { (worker: Int64, number: Int64) in FerryFence(worker: worker, number: number) }
        let first = try [Self.row(1, fence: fence(2, 7)), Self.row(2, fence: fence(3, 4)), Self.row(3)]
        #expect(await his.post(first, by: worker, now: Self.early).allSatisfy { receipt(of: $0) != nil })
        #expect(try await his.newestFence() == 7)
        // A helper's turn, and the late owner's after it: a row that is new to the HIS, and one that it knows.
        let helped = await his.post([try Self.row(4, fence: fence(2, 9))], by: worker, now: Self.early)
        #expect(receipt(of: helped[0]) != nil)
        let late = try [Self.row(5, fence: fence(2, 7)), Self.row(4, fence: fence(2, 8)), Self.row(6, fence: fence(3, 4))]
        let answers = await his.post(late, by: worker, now: Self.early)
        #expect(answers[0] == .fenced && answers[1] == .fenced && receipt(of: answers[2]) != nil)
        // It cannot give up what it may not post either.
        await #expect(throws: HISError.fenced) {
            try await his.resolve(Self.row(5, fence: fence(2, 8)), otherwise: .noAnswer, by: worker, now: Self.early)
        }
        let posted = await his.post([try Self.row(5, fence: fence(2, 9))], by: worker, now: Self.early)
        #expect(receipt(of: posted[0]) != nil)
        #expect(try await his.newestFence() == 9)
        // A transaction under a newer fence counts, though all it finds is decided.
        #expect(await his.post([try Self.row(5, fence: fence(2, 12))], by: worker, now: Self.early) == posted)
        #expect(await his.post([try Self.row(7, fence: fence(2, 9))], by: worker, now: Self.early) == [.fenced])
    }

    private func postsOnce() async throws {
        let his = try await makeHIS()
        let rows = try (0..<20).map { try Self.row($0) }
        let first = await his.post(rows + rows.reversed(), by: worker, now: Self.early)
        let again = await his.post(rows, by: try HISOperator(worker: 4), now: Self.early.advanced(byNanoseconds: 1_000_000_000))
        #expect(first.count == 40 && Array(first.prefix(20)) == again && Array(first.suffix(20).reversed()) == again)
        let receipts = again.compactMap { receipt(of: $0) }
        #expect(Set(receipts).count == 20)
        let ledger = try await his.ledger(from: Self.early, to: Self.early.advanced(byNanoseconds: 60_000_000_000))
        #expect(ledger.map(\.receipt) == receipts)
        #expect(ledger.map(\.outTradeNo.text) == (0..<20).map { "SP\($0)" })
        #expect(ledger.allSatisfy { $0.amount.fen == 100 && $0.ferryOperator == "FERRY00" && $0.settlementMark == "MOBILE" })
        #expect(try await his.ledger(from: Self.early.advanced(byNanoseconds: 1), to: UnixTime(nanoseconds: .max)).isEmpty)
    }

    private func refusesAndRemembers() async throws {
        let his = try await makeHIS()
        let rows = try [Self.row(1), Self.row(2, institution: "9999999999"), Self.row(3, order: "SP1"), Self.row(4)]
        let answers = await his.post(rows, by: worker, now: Self.early)
        #expect(reason(of: answers[1]) == "INSTITUTION_UNKNOWN" && reason(of: answers[2]) == "ALREADY_POSTED")
        #expect(receipt(of: answers[0]) != nil && receipt(of: answers[3]) != nil)
        #expect(await his.post(rows, by: worker, now: Self.early) == answers)
        // The same key with another body is refused, and the first outcome stays.
        #expect(reason(of: await his.post([try Self.row(1, fen: 999)], by: worker, now: Self.early)[0]) == "REQUEST_ID_REUSED")
        #expect(await his.post([rows[0]], by: worker, now: Self.early) == [answers[0]])
        #expect(try await his.ledger(from: Self.early, to: UnixTime(nanoseconds: .max)).count == 2)
    }

    private func expires() async throws {
        let his = try await makeHIS()
        let onTime = try Self.row(1, deadline: Self.early)
        let late = try Self.row(2, deadline: Self.early.advanced(byNanoseconds: -1))
        let answers = await his.post([onTime, late], by: worker, now: Self.early)
        #expect(receipt(of: answers[0]) != nil)
        #expect(reason(of: answers[1]) == "DEADLINE_PASSED")
        // Expired is for ever, even for a clock that goes back.
        #expect(await his.post([late], by: worker, now: late.deadline) == [answers[1]])
    }

    private func resolves() async throws {
        let his = try await makeHIS()
        let (posted, never) = (try Self.row(1), try Self.row(2))
        let answer = await his.post([posted], by: worker, now: Self.early)[0]
        let decision = try await his.resolve(posted, otherwise: .noAnswer, by: worker, now: Self.early)
        #expect(.decided(decision) == answer)
        let given = try await his.resolve(never, otherwise: .noAnswer, by: worker, now: Self.early)
        #expect(reason(of: .decided(given)) == "HIS_TIMEOUT")
        #expect(await his.post([never], by: worker, now: Self.early) == [.decided(given)])
        #expect(
            try await his.resolve(never, otherwise: .rejected(OutcomeReason(constant: "OTHER", "")), by: worker, now: Self.early) == given)
        #expect(try await his.ledger(from: Self.early, to: UnixTime(nanoseconds: .max)).count == 1)
    }

    private func receiptsRise() async throws {
        let his = try await makeHIS()
        var receipts: [String] = []
        // Two days, and a clock that is set back in between.
        for (id, hours) in [0, 1, 30, 2, 31].enumerated() {
            let now = Self.early.advanced(byNanoseconds: Int64(hours) * 3_600_000_000_000)
            receipts.append(receipt(of: await his.post([try Self.row(id)], by: worker, now: now)[0])?.text ?? "")
        }
        #expect(receipts == receipts.sorted() && Set(receipts).count == 5)
    }

    private func receipt(of answer: HISAnswer) -> ReceiptNumber? {
        if case .decided(let decision) = answer, case .posted(let receipt) = decision.outcome { receipt } else { nil }
    }

    private func reason(of answer: HISAnswer) -> String? {
        guard case .decided(let decision) = answer else { return nil }
        return switch decision.outcome {
        case .posted: nil
        case .rejected(let reason), .expired(let reason): reason.code
        }
    }
}
