internal import SampanDomain
internal import SampanLedger
internal import SampanStorage

/// Carries the journal of the first editions over into the ledger, once, and takes its tables away.
///
/// An entry keeps its order, its moment and its content. What the journal did not know is added from the payments: that a refund which
/// was asked for is in flight, from the moment at which it was; and that money came after closing.
struct JournalMigration {
    /// A refund that a payment has started, which the journal had no entry for.
    private struct Start {
        let number: RefundNo
        let channel: PaymentChannelKind
        let amount: Money
        let at: UnixTime
        var isPaid = false
        var isBooked = false
    }

    private struct Movement {
        let outTradeNo: OutTradeNo
        let name: String
        let at: UnixTime
        let institution: InstitutionCode
        let channel: PaymentChannelKind
        let amount: Money
        let paidAt: UnixTime
        let refundNo: RefundNo?
        let isLate: Bool
    }

    /// By order number, and the order numbers by time.
    private var starts: [OutTradeNo: Start] = [:]
    private var waiting: ArraySlice<OutTradeNo> = []

    static func run(_ tx: borrowing Transaction) throws {
        try check(tx)
        var migration = JournalMigration()
        try migration.readStarts(tx)
        try forEachMovement(tx) { try migration.carry($0, tx) }
        for outTradeNo in migration.waiting { try migration.start(outTradeNo, tx) }
        // Those that a clock which was set back has left over.
        for outTradeNo in migration.starts.keys.sorted(by: { $0.text < $1.text }) { try migration.start(outTradeNo, tx) }
        try tx.execute("DROP TABLE journal_lines")
        try tx.execute("DROP TABLE journal_entries")
    }

    /// Every entry is what its payment says, or nothing is carried.
    private static func check(_ tx: borrowing Transaction) throws {
        let strange = try tx.first(
            """
            SELECT j.id FROM journal_entries j JOIN payments p ON p.out_trade_no = j.out_trade_no
                LEFT JOIN journal_lines d ON d.entry = j.id AND d.line = 0 LEFT JOIN journal_lines c ON c.entry = j.id AND c.line = 1
            WHERE d.amount_fen IS NOT p.amount_fen OR c.amount_fen IS NOT -p.amount_fen
                OR d.account <> CASE j.movement WHEN 'received' THEN 'CHANNEL_CLEARING:' || p.channel ELSE 'CUSTOMER_PREPAYMENT' END
                OR c.account <> CASE j.movement WHEN 'received' THEN 'CUSTOMER_PREPAYMENT'
                    WHEN 'posted' THEN 'HOSPITAL_PAYABLE:' || p.institution ELSE 'CHANNEL_CLEARING:' || p.channel END
                OR EXISTS (SELECT 1 FROM journal_lines WHERE entry = j.id AND line > 1)
                OR (j.movement = 'refunded' AND (p.refund_no IS NULL OR p.refund_started_at IS NULL))
            ORDER BY j.id LIMIT 1
            """
        ) { try $0.int64(0) }
        if let strange {
            throw StorageError(kind: .corrupt, message: "entry \(strange) of the journal is not what its payment says")
        }
    }

    private mutating func readStarts(_ tx: borrowing Transaction) throws {
        let found = try tx.rows(
            """
            SELECT out_trade_no, refund_no, channel, amount_fen, refund_started_at FROM payments
            WHERE refund_no IS NOT NULL AND refund_started_at IS NOT NULL ORDER BY refund_started_at, refund_no
            """
        ) { row in
            (
                try OutTradeNo(try row.text(0)),
                Start(
                    number: try RefundNo(try row.text(1)), channel: try PaymentChannelKind(code: try row.text(2)),
                    amount: Money(fen: try row.int64(3)), at: UnixTime(nanoseconds: try row.int64(4)))
            )
        }
        waiting = found.map(\.0)[...]
        starts = Dictionary(uniqueKeysWithValues: found)
    }

    /// In the order of the journal, one by one: it may not fit into memory.
    private static func forEachMovement(_ tx: borrowing Transaction, _ body: (Movement) throws -> Void) throws {
        try tx.forEach(
            """
            SELECT j.out_trade_no, j.movement, j.at, p.institution, p.channel, p.amount_fen, p.paid_at, p.refund_no,
                p.reason IS ? AND p.seq IS NULL
            FROM journal_entries j JOIN payments p ON p.out_trade_no = j.out_trade_no ORDER BY j.id
            """, .text(PaymentState.paidAfterClose.code)
        ) { row in
            try body(
                Movement(
                    outTradeNo: try OutTradeNo(try row.text(0)), name: try row.text(1), at: UnixTime(nanoseconds: try row.int64(2)),
                    institution: try InstitutionCode(try row.text(3), scheme: .local),
                    channel: try PaymentChannelKind(code: try row.text(4)),
                    amount: Money(fen: try row.int64(5)), paidAt: UnixTime(nanoseconds: try row.int64(6)),
                    refundNo: try row.optionalText(7).map { try RefundNo($0) }, isLate: try row.int64(8) == 1))
        }
    }

    private mutating func carry(_ movement: Movement, _ tx: borrowing Transaction) throws {
        while let next = waiting.first, let start = starts[next], start.at <= movement.at {
            waiting.removeFirst()
            if start.isPaid { try self.start(next, tx) }
        }
        let (order, day) = (movement.outTradeNo, BusinessDay(movement.at))
        switch (movement.name, movement.refundNo) {
        case ("received", _):
            try post(
                .paid(
                    order, through: movement.channel, movement.amount, late: movement.isLate, day: BusinessDay(movement.paidAt),
                    actor: PaymentBooking.actor), movement.at, tx)
            starts[order]?.isPaid = true
        case ("posted", _):
            try post(
                .posted(order, at: movement.institution, movement.amount, day: day, actor: PaymentBooking.actor), movement.at, tx)
        case ("refunded", let number?):
            try start(order, tx)
            try post(
                .refundConfirmed(number, through: movement.channel, movement.amount, day: day, actor: PaymentBooking.actor),
                movement.at, tx)
        default: throw StorageError(kind: .corrupt, message: "the journal has a movement \"\(movement.name)\" of \(order.text)")
        }
    }

    private mutating func start(_ outTradeNo: OutTradeNo, _ tx: borrowing Transaction) throws {
        guard let start = starts[outTradeNo], !start.isBooked else { return }
        starts[outTradeNo]?.isBooked = true
        try post(
            .refundStarted(
                start.number, through: start.channel, start.amount, day: BusinessDay(start.at), actor: PaymentBooking.actor),
            start.at, tx)
    }

    private func post(_ entry: NewEntry, _ at: UnixTime, _ tx: borrowing Transaction) throws {
        try PaymentBooking.ledger.post(entry, now: at, tx)
    }
}
