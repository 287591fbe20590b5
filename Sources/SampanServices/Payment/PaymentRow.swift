internal import SampanDomain
internal import SampanRPC
internal import SampanStorage

/// SQL of the payments table: what one transaction asks of it.
enum PaymentRow {
    static let columns = """
        id, out_trade_no, caller, request_id, institution, kind, amount_fen, channel, command, state, version, checkout_token, channel_txn,
        paid_at, seq, receipt, reason, message, refund_no, refund_started_at, created_at, finished_at, traceparent
        """

    static func find(_ outTradeNo: OutTradeNo, _ tx: borrowing Transaction) throws -> PaymentRecord? {
        try tx.first("SELECT \(columns) FROM payments WHERE out_trade_no = ?", .text(outTradeNo.text)) { try record($0) }
    }

    static func find(
        _ caller: InstitutionCode, _ id: RequestID, _ tx: borrowing Transaction
    ) throws -> (record: PaymentRecord, hash: [UInt8])? {
        try tx.first("SELECT \(columns), hash FROM payments WHERE caller = ? AND request_id = ?", .text(caller.text), .text(id.text)) {
            (try record($0), try $0.blob(23))
        }
    }

    static func insert(_ new: NewPayment, now: UnixTime, _ tx: borrowing Transaction) throws {
        try tx.execute(
            """
            INSERT INTO payments (out_trade_no, caller, request_id, hash, institution,
            kind, amount_fen, channel, command, state, version, created_at, traceparent)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'created', 0, ?, ?)
            """,
            .text(new.outTradeNo.text), .text(new.caller.text), .text(new.requestID.text), .blob(new.hash), .text(new.institution.text),
            .text(new.kind.rawValue), .integer(new.amount.fen), .text(new.channel.rawValue), .blob(new.command), .integer(now.nanoseconds),
            SQLValue(new.trace?.description))
    }

    /// Writes what may change, if the row still has the version before; false when it does not.
    static func update(_ record: PaymentRecord, _ tx: borrowing Transaction) throws -> Bool {
        let state = record.state
        let changed = try tx.execute(
            """
            UPDATE payments SET state = ?, version = ?, checkout_token = ?, channel_txn = ?, paid_at = ?, seq = ?, receipt = ?, reason = ?,
                message = ?, refund_no = ?, refund_started_at = ?, finished_at = ? WHERE id = ? AND version = ?
            """,
            .text(state.name), .integer(record.version), SQLValue(record.checkoutToken), SQLValue(state.channelPayment?.transactionID),
            SQLValue(state.channelPayment?.paidAt.nanoseconds), SQLValue(state.seq), SQLValue(state.receipt?.text),
            SQLValue(state.reason?.code),
            SQLValue(state.reason?.message), SQLValue(state.refundNo?.text), SQLValue(record.refundStartedAt?.nanoseconds),
            SQLValue(record.finishedAt?.nanoseconds), .integer(record.id), .integer(record.version - 1))
        return changed == 1
    }

    static func note(_ record: PaymentRecord, at now: UnixTime, _ tx: borrowing Transaction) throws {
        try tx.execute(
            "INSERT INTO payment_timeline (out_trade_no, version, state, at) VALUES (?, ?, ?, ?)",
            .text(record.outTradeNo.text), .integer(record.version), .text(record.state.name), .integer(now.nanoseconds))
    }

    static func record(_ row: borrowing Row) throws -> PaymentRecord {
        PaymentRecord(
            id: try row.int64(0), outTradeNo: try OutTradeNo(try row.text(1)), caller: try InstitutionCode(try row.text(2), scheme: .local),
            requestID: try RequestID(try row.text(3)), institution: try InstitutionCode(try row.text(4), scheme: .local),
            kind: try PaymentKind(name: try row.text(5)), amount: Money(fen: try row.int64(6)),
            channel: try PaymentChannelKind(code: try row.text(7)), command: try row.blob(8), state: try state(row),
            version: try row.int64(10), checkoutToken: try row.optionalText(11), createdAt: UnixTime(nanoseconds: try row.int64(20)),
            refundStartedAt: try row.optionalInt64(19).map(UnixTime.init(nanoseconds:)),
            finishedAt: try row.optionalInt64(21).map(UnixTime.init(nanoseconds:)),
            trace: try row.optionalText(22).flatMap { TraceParent($0) })
    }

    private static func state(_ row: borrowing Row) throws -> PaymentState {
        let name = try row.text(9)
        if name == "created" { return .created }
        if name == "closed" { return .closed }
        let payment = ChannelPayment(transactionID: try row.text(12), paidAt: UnixTime(nanoseconds: try row.int64(13)))
        switch name {
        case "paid": return .paid(payment)
        case "queued": return .queued(payment, seq: try row.int64(14))
        case "posted": return .posted(payment, seq: try row.int64(14), try ReceiptNumber(try row.text(15)))
        default: break
        }
        let reason = try OutcomeReason(code: try row.text(16), message: try row.text(17))
        let unposted = UnpostedPayment(payment: payment, seq: try row.optionalInt64(14), reason: reason)
        switch name {
        case "rejected": return .rejected(unposted)
        case "expired": return .expired(unposted)
        case "refunding": return .refunding(unposted, try RefundNo(try row.text(18)))
        case "refunded": return .refunded(unposted, try RefundNo(try row.text(18)))
        default: throw StorageError(kind: .corrupt, message: "\"\(name)\" is no state of a payment")
        }
    }
}
