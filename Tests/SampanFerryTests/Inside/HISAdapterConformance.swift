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
        deadline: UnixTime = UnixTime(nanoseconds: .max)
    ) throws -> HISRequest {
        let charge = try Charge(
            outTradeNo: OutTradeNo(order ?? "SP\(id)"), institution: InstitutionCode(institution, scheme: .local), amount: Money(fen: fen),
            channel: .wechatPay, channelTransactionID: "42000\(id)", paidAt: early, patientNumber: "P\(id)")
        return HISRequest(
            seq: Int64(id), submitter: charge.institution, requestID: try RequestID("r\(id)"), deadline: deadline,
            command: .bookingFee(try BookingFee(charge: charge, departmentCode: nil, scheduleID: nil)))
    }

    func run() async throws {
        try await postsOnce()
        try await refusesAndRemembers()
        try await expires()
        try await resolves()
        try await receiptsRise()
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
