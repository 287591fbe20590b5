internal import SampanDomain
internal import SampanFerry
internal import SampanStorage

/// The planted bug `inboxApart`: effect and mark are two transactions. A row whose worker dies between them is posted, and its second
/// look finds the order number taken: refused, and refunded.
struct SplitHIS: HISAdapter {
    let base: HISStore
    let database: any Database

    func post(_ rows: [HISRequest], by ferryOperator: HISOperator, now: UnixTime) async -> [HISAnswer] {
        var answers: [HISAnswer] = []
        for row in rows {
            do throws(StorageError) {
                answers.append(.decided(try await post(row, ferryOperator, now)))
            } catch {
                answers.append(.unknown(.unavailable("\(error)")))
            }
        }
        return answers
    }

    private func post(_ row: HISRequest, _ ferryOperator: HISOperator, _ now: UnixTime) async throws(StorageError) -> HISDecision {
        let known = try await database.read { tx in
            try tx.first(
                "SELECT receipt FROM inbox WHERE submitter = ? AND request_id = ?", .text(row.submitter.text), .text(row.requestID.text)
            ) { try $0.optionalText(0) ?? "" }
        }
        let refused = RequestOutcome.rejected(OutcomeReason(constant: "HIS_REFUSED", "the HIS refused the record"))
        if let known {
            let receipt = try? ReceiptNumber(known)
            return HISDecision(outcome: receipt.map(RequestOutcome.posted) ?? refused, decidedAt: now)
        }
        var receipt: String?
        do throws(StorageError) {
            receipt = try await database.write { tx in try Self.effect(row, ferryOperator, now, tx) }
        } catch {
            guard case .constraint = error.kind else { throw error }
        }
        let posted = receipt
        try await database.write { tx in try Self.mark(row, receipt: posted, ferryOperator, now, tx) }
        let number = posted.flatMap { try? ReceiptNumber($0) }
        return HISDecision(outcome: number.map(RequestOutcome.posted) ?? refused, decidedAt: now)
    }

    private static func effect(
        _ row: HISRequest, _ ferryOperator: HISOperator, _ now: UnixTime, _ tx: borrowing Transaction
    ) throws -> String {
        guard let charge = row.command.charge, let kind = row.command.kind else { throw StorageError(kind: .misuse, message: "no charge") }
        let count = try tx.first("SELECT COUNT(*) FROM receipts") { try $0.int64(0) } ?? 0
        let number = "H261118\(1_000_000 + count)"
        try tx.execute(
            """
            INSERT INTO receipts (receipt_no, institution, out_trade_no, business, amount_fen, channel, channel_transaction_id, paid_at,
                posted_at, operator_id, settlement_mark) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'MOBILE')
            """,
            .text(number), .text(charge.institution.text), .text(charge.outTradeNo.text), .text(kind.rawValue),
            .integer(charge.amount.fen), .text(charge.channel.rawValue), .text(charge.channelTransactionID),
            .integer(charge.paidAt.nanoseconds), .integer(now.nanoseconds), .text(ferryOperator.text))
        return number
    }

    private static func mark(
        _ row: HISRequest, receipt: String?, _ ferryOperator: HISOperator, _ now: UnixTime, _ tx: borrowing Transaction
    ) throws {
        guard let charge = row.command.charge, let kind = row.command.kind else { throw StorageError(kind: .misuse, message: "no charge") }
        try tx.execute(
            """
            INSERT INTO inbox (submitter, request_id, seq, out_trade_no, institution, business, amount_fen, state, receipt, reason, message,
                decided_at, operator_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            .text(row.submitter.text), .text(row.requestID.text), .integer(row.seq), .text(charge.outTradeNo.text),
            .text(charge.institution.text), .text(kind.rawValue), .integer(charge.amount.fen), .integer(receipt == nil ? 2 : 1),
            SQLValue(receipt), SQLValue(receipt == nil ? "HIS_REFUSED" : nil), SQLValue(receipt == nil ? "refused" : nil),
            .integer(now.nanoseconds), .text(ferryOperator.text))
    }

    func resolve(
        _ row: HISRequest, otherwise giveUp: GiveUp, by ferryOperator: HISOperator, now: UnixTime
    ) async throws(HISError) -> HISDecision {
        try await base.resolve(row, otherwise: giveUp, by: ferryOperator, now: now)
    }

    func newestFence() async throws(HISError) -> Int64 { try await base.newestFence() }

    func ledger(from start: UnixTime, to end: UnixTime) async throws(HISError) -> [HISLedgerRow] {
        try await base.ledger(from: start, to: end)
    }
}
