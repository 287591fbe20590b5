package import SampanDomain
internal import SampanStorage

extension PaymentStore {
    /// The platform's ledger as the file that reconciliation reads (columns as `platform_ledger.csv` of the payment day): payments
    /// created and refunds started in `[start, end)`, in the order of that time.
    package func platformLedger(from start: UnixTime, to end: UnixTime) async throws(PaymentStoreError) -> [UInt8] {
        try await database.read(PaymentStoreError.self) { tx in
            var lines: [PlatformLedgerLine] = []
            try tx.forEach(
                """
                SELECT \(PaymentRow.columns), EXISTS (SELECT 1 FROM payment_timeline t
                    WHERE t.out_trade_no = payments.out_trade_no AND t.state = 'posted') FROM payments
                WHERE (created_at >= ? AND created_at < ?) OR (refund_started_at >= ? AND refund_started_at < ?) ORDER BY id
                """, .integer(start.nanoseconds), .integer(end.nanoseconds), .integer(start.nanoseconds), .integer(end.nanoseconds)
            ) { row in
                let record = try PaymentRow.record(row)
                let wasPosted = try row.int64(23) == 1
                lines.append(.payment(record, wasPosted: wasPosted))
                if let refund = PlatformLedgerLine.refund(record, wasPosted: wasPosted) { lines.append(refund) }
            }
            lines.removeAll { $0.at < start || $0.at >= end }
            // Stable by number, so that two exports of the same day are the same bytes.
            lines.sort { ($0.at, $0.order) < ($1.at, $1.order) }
            var writer = CSVWriter(header: PlatformLedgerLine.header)
            for line in lines { writer.append(line.fields) }
            return writer.bytes
        }
    }
}

/// One line of the platform's ledger.
private struct PlatformLedgerLine {
    static let header = [
        "entry_type", "out_trade_no", "out_refund_no", "channel", "channel_txn_no", "org_code", "biz_type", "amount_fen", "status",
        "created_at", "finished_at", "his_status", "his_receipt_no",
    ]

    let at: UnixTime
    let order: String
    let fields: [String]

    /// - Parameter wasPosted: the HIS has posted it, whatever it did later.
    static func payment(_ record: PaymentRecord, wasPosted: Bool) -> PlatformLedgerLine {
        let status =
            switch record.state {
            case .created: "CREATED"
            case .closed: "CLOSED"
            default: "PAID"
            }
        let hisStatus =
            switch record.state {
            case .created, .closed: ""
            case .paid, .queued: "PENDING"
            case .posted: "POSTED"
            case .refunding where wasPosted, .refunded where wasPosted: "POSTED"
            case .rejected, .expired, .refunding, .refunded: "FAILED"
            }
        return PlatformLedgerLine(
            record, type: "PAY", refundNo: "", status: status, at: record.createdAt, finishedAt: record.state.channelPayment?.paidAt,
            hisStatus: hisStatus)
    }

    /// nil when there is none.
    static func refund(_ record: PaymentRecord, wasPosted: Bool) -> PlatformLedgerLine? {
        guard let number = record.state.refundNo, let startedAt = record.refundStartedAt else { return nil }
        return PlatformLedgerLine(
            record, type: "REFUND", refundNo: number.text, status: record.isFinal ? "REFUNDED" : "REFUNDING", at: startedAt,
            finishedAt: record.finishedAt, hisStatus: wasPosted ? "REVERSED" : "NONE")
    }

    private init(
        _ record: PaymentRecord, type: String, refundNo: String, status: String, at: UnixTime, finishedAt: UnixTime?, hisStatus: String
    ) {
        self.at = at
        order = record.outTradeNo.text + type
        fields = [
            type, record.outTradeNo.text, refundNo, record.channel.rawValue, record.state.channelPayment?.transactionID ?? "",
            record.institution.text, record.kind.rawValue, String(record.amount.fen), status, at.chinaText, finishedAt?.chinaText ?? "",
            hisStatus, record.state.receipt?.text ?? "",
        ]
    }
}
