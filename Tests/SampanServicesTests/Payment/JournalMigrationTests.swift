import SampanDomain
import StoreTestSupport
import Testing

@testable import SampanLedger
@testable import SampanServices
@testable import SampanStorage

/// Files of the first editions, made with their own schema and their own statements.
@Suite("The journal of the first editions is carried over into the ledger")
struct JournalMigrationTests {
    let directory: TemporaryDirectory
    init() throws { directory = try TemporaryDirectory() }

    /// The steps that the first editions knew.
    private static let oldSchema = Schema(name: "payments", migrations: Array(PaymentStore.schema.migrations.prefix(3)))

    /// A payment as the first editions left it: its row, and its entries in the journal.
    private struct Old {
        let id: Int
        let state: String
        var channel = "WX"
        /// Movements and when, in seconds after the morning.
        var movements: [(String, Int64)] = []
        var refundNo: String?
        var refundStartedAt: Int64?
        var reason: String?
        var seq: Int?

        var order: String { "SP\(id)" }
        var fen: Int64 { Int64(id) * 100 }
    }

    private static func at(_ seconds: Int64) -> UnixTime { morning.advanced(byNanoseconds: seconds * 1_000_000_000) }

    /// Writes the file; `journal` gives the order in which the entries were written.
    private func write(_ payments: [Old], journal: [(Int, String)]) async throws {
        let database = try SQLiteDatabase(path: directory.file(), schema: Self.oldSchema)
        for payment in payments {
            let isUnpaid = payment.movements.isEmpty
            try await database.write { tx in
                try tx.execute(
                    """
                    INSERT INTO payments (out_trade_no, caller, request_id, hash, institution, kind, amount_fen, channel, command, state,
                        version, channel_txn, paid_at, seq, receipt, reason, message, refund_no, refund_started_at, created_at, finished_at)
                    VALUES (?, '4699010001', ?, x'01', '4699010001', '挂号费', ?, ?, x'02', ?, 1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                    """,
                    .text(payment.order), .text("r\(payment.id)"), .integer(payment.fen), .text(payment.channel), .text(payment.state),
                    SQLValue(isUnpaid ? nil : "T\(payment.id)"), SQLValue(isUnpaid ? nil : morning.nanoseconds),
                    SQLValue(payment.seq.map(Int64.init)), SQLValue(payment.state == "posted" ? "H\(payment.id)" : nil),
                    SQLValue(payment.reason), SQLValue(payment.reason.map { _ in "m" }), SQLValue(payment.refundNo),
                    SQLValue(payment.refundStartedAt.map { Self.at($0).nanoseconds }), .integer(morning.nanoseconds),
                    SQLValue(["posted", "refunded", "closed"].contains(payment.state) ? Self.at(90).nanoseconds : nil))
            }
        }
        for (id, movement) in journal {
            guard let payment = payments.first(where: { $0.id == id }),
                let at = payment.movements.first(where: { $0.0 == movement })?.1
            else { continue }
            let clearing = "CHANNEL_CLEARING:\(payment.channel)"
            let (debit, credit) =
                switch movement {
                case "received": (clearing, "CUSTOMER_PREPAYMENT")
                case "posted": ("CUSTOMER_PREPAYMENT", "HOSPITAL_PAYABLE:4699010001")
                default: ("CUSTOMER_PREPAYMENT", clearing)
                }
            let (order, fen, time) = (payment.order, payment.fen, Self.at(at).nanoseconds)
            try await database.write { tx in
                try tx.execute(
                    "INSERT INTO journal_entries (out_trade_no, movement, at) VALUES (?, ?, ?)", .text(order), .text(movement),
                    .integer(time))
                let entry = try tx.first("SELECT MAX(id) FROM journal_entries") { try $0.int64(0) } ?? 0
                for (line, (account, amount)) in [(debit, fen), (credit, -fen)].enumerated() {
                    try tx.execute(
                        "INSERT INTO journal_lines (entry, line, account, amount_fen) VALUES (?, ?, ?, ?)", .integer(entry),
                        .integer(Int64(line)), .text(account), .integer(amount))
                }
            }
        }
        await database.close()
    }

    private static let payments = [
        Old(id: 1, state: "posted", movements: [("received", 1), ("posted", 5)], seq: 0),
        Old(
            id: 2, state: "refunded", channel: "ALI", movements: [("received", 2), ("refunded", 9)], refundNo: "RF1", refundStartedAt: 7,
            reason: "HIS_REFUSED", seq: 1),
        Old(id: 3, state: "refunding", movements: [("received", 3)], refundNo: "RF2", refundStartedAt: 6, reason: "HIS_REFUSED", seq: 2),
        Old(id: 4, state: "refunding", movements: [("received", 8)], refundNo: "RF3", refundStartedAt: 20, reason: "PAID_AFTER_CLOSE"),
        Old(id: 5, state: "queued", movements: [("received", 4)], seq: 3), Old(id: 6, state: "closed"),
        Old(id: 7, state: "rejected", channel: "ALI", movements: [("received", 10)], reason: "HIS_REFUSED", seq: 4),
    ]
    private static let journal = [
        (1, "received"), (2, "received"), (3, "received"), (5, "received"), (1, "posted"), (4, "received"), (2, "refunded"),
        (7, "received"),
    ]

    @Test("entries keep order, moment and content; refunds that were asked for are in flight from then on; the old tables are gone")
    func carries() async throws {
        try await write(Self.payments, journal: Self.journal)
        let store = try PaymentStore(path: directory.file())
        let entries = try await store.database.read { tx in
            try (1...11 as ClosedRange<Int64>).map { try #require(try PaymentBooking.ledger.entry($0, tx)) }
        }
        #expect(
            entries.map { "\($0.content.key) \(($0.recordedAt.nanoseconds - morning.nanoseconds) / 1_000_000_000)" } == [
                "paid:SP1 1", "paid:SP2 2", "paid:SP3 3", "paid:SP5 4", "posted:SP1 5", "refund-started:RF2 6", "refund-started:RF1 7",
                "paid:SP4 8", "refund-confirmed:RF1 9", "paid:SP7 10", "refund-started:RF3 20",
            ])
        #expect(entries[7].content.event == .paidLate && entries[0].content.event == .paid)
        let equation = try await store.equation()
        #expect(equation.holds && equation.paid.fen == 2_200 && equation.posted.fen == 100 && equation.refunded.fen == 200)
        #expect(equation.ledger.refunding.fen == 700 && equation.open.fen == 1_900)
        let left = try await store.database.read { tx in
            try tx.rows("SELECT name FROM sqlite_master WHERE name LIKE 'journal%' OR name LIKE 'lines_%' OR name LIKE 'entries_%'") {
                try $0.text(0)
            }
        }
        #expect(left.isEmpty)
        #expect(try await store.database.read { tx in try PaymentBooking.ledger.verify(tx) }.entries == 11)
        // As they stood before the refunds were asked for.
        let then = LedgerMoment.recorded(Self.at(5))
        let owed = try await store.database.read { tx in
            try PaymentBooking.ledger.balance(of: .customerPrepayment, at: then, tx).balance.fen
        }
        #expect(owed == 1_000)
        // Life goes on: each payment to its end.
        for id in [3, 4] { _ = try await store.apply(.refunded, to: OutTradeNo("SP\(id)"), expecting: nil, now: Self.at(100)) }
        _ = try await store.startRefund(of: OutTradeNo("SP7"), expecting: nil, now: Self.at(101))
        #expect(try await store.equation().holds)
        await store.close()
        let again = try PaymentStore(path: directory.file())
        #expect(try await again.equation().holds)
        await again.close()
    }

    @Test("a clock that was set back between the steps of a refund does not keep the file from being carried over")
    func clockSetBack() async throws {
        // Asked for before it was paid, confirmed before it was asked for, by the clock.
        let payments = [
            Old(
                id: 1, state: "refunded", movements: [("received", 50), ("refunded", 10)], refundNo: "RF1", refundStartedAt: 5,
                reason: "HIS_REFUSED", seq: 0),
            Old(
                id: 2, state: "refunding", movements: [("received", 60)], refundNo: "RF2", refundStartedAt: 3, reason: "HIS_REFUSED", seq: 1
            ),
        ]
        try await write(payments, journal: [(1, "received"), (1, "refunded"), (2, "received")])
        let store = try PaymentStore(path: directory.file())
        let equation = try await store.equation()
        #expect(equation.holds && equation.refunded.fen == 100 && equation.ledger.refunding.fen == 200)
        #expect(try await store.database.read { tx in try PaymentBooking.ledger.verify(tx) }.entries == 5)
        await store.close()
    }

    @Test("an empty file of the first editions is carried over too")
    func empty() async throws {
        try await write([], journal: [])
        let store = try PaymentStore(path: directory.file())
        #expect(try await store.equation().holds)
        await store.close()
    }

    @Test(
        "a journal that its payments contradict is left as it is, and named",
        arguments: [
            "UPDATE journal_lines SET amount_fen = 99 WHERE entry = 2 AND line = 0",
            "UPDATE journal_lines SET account = 'CHANNEL_CLEARING:WX' WHERE entry = 2 AND line = 0",
            "DELETE FROM journal_lines WHERE entry = 2 AND line = 1",
            "UPDATE journal_entries SET movement = 'posted' WHERE id = 2",
        ])
    func contradicted(sql: String) async throws {
        try await write(Self.payments, journal: Self.journal)
        let old = try SQLiteDatabase(path: directory.file(), schema: Self.oldSchema)
        try await old.write { tx in
            for trigger in ["lines_fixed", "lines_kept", "entries_fixed", "entries_kept"] { try tx.execute("DROP TRIGGER \(trigger)") }
            try tx.execute(sql)
        }
        await old.close()
        let error = #expect(throws: PaymentStoreError.self) { try PaymentStore(path: directory.file()) }
        guard case .storage(let cause)? = error else { return #expect(Bool(false), "\(String(describing: error))") }
        #expect(cause.kind == .corrupt && cause.message.contains("entry 2"))
        // Nothing was done: the edition that wrote it still reads it.
        let again = try SQLiteDatabase(path: directory.file(), schema: Self.oldSchema)
        #expect(try await again.read { tx in try tx.first("SELECT COUNT(*) FROM journal_entries") { try $0.int64(0) } } == 8)
        await again.close()
    }
}
