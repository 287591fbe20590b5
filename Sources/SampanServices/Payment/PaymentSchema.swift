internal import SampanLedger
package import SampanStorage

extension PaymentStore {
    /// Money is fen, times are nanoseconds since 1970. Ledger and timeline only ever grow.
    package static let schema = Schema(
        name: "payments",
        migrations: [
            Migration("payments", payments), Migration("timeline", timeline), Migration("journal", journal),
            Migration("ledger", LedgerSchema.tables, then: JournalMigration.run), Migration("traces", traces),
            Migration("ledger by day", LedgerSchema.entriesByDay), Migration("settlement", SettlementSchema.tables),
            Migration("reconciliation", BreakSchema.tables),
        ])

    private static let payments = """
        CREATE TABLE payments (
            id INTEGER PRIMARY KEY,
            out_trade_no TEXT NOT NULL UNIQUE, caller TEXT NOT NULL, request_id TEXT NOT NULL, hash BLOB NOT NULL,
            institution TEXT NOT NULL, kind TEXT NOT NULL, amount_fen BIGINT NOT NULL CHECK (amount_fen > 0), channel TEXT NOT NULL,
            command BLOB NOT NULL,
            state TEXT NOT NULL CHECK (state IN
                ('created', 'closed', 'paid', 'queued', 'posted', 'rejected', 'expired', 'refunding', 'refunded')),
            version BIGINT NOT NULL, checkout_token TEXT, channel_txn TEXT, paid_at BIGINT,
            seq BIGINT, receipt TEXT, reason TEXT, message TEXT,
            refund_no TEXT UNIQUE, refund_started_at BIGINT, created_at BIGINT NOT NULL, finished_at BIGINT,
            UNIQUE (caller, request_id),
            CHECK ((state IN ('created', 'closed')) = (channel_txn IS NULL)),
            CHECK ((state = 'posted') = (receipt IS NOT NULL)),
            CHECK ((state IN ('refunding', 'refunded')) = (refund_no IS NOT NULL)),
            CHECK ((state IN ('posted', 'refunded', 'closed')) = (finished_at IS NOT NULL)));
        CREATE INDEX payments_unfinished ON payments (id) WHERE state NOT IN ('posted', 'refunded', 'closed');
        CREATE INDEX payments_by_time ON payments (created_at);
        CREATE TABLE refund_sequence (id INTEGER PRIMARY KEY CHECK (id = 1), refund_date TEXT NOT NULL, last BIGINT NOT NULL);
        INSERT INTO refund_sequence VALUES (1, '00000000', 0);
        CREATE TRIGGER payments_kept BEFORE DELETE ON payments BEGIN SELECT RAISE(ABORT, 'a payment is never deleted'); END;
        """

    private static let timeline = """
        CREATE TABLE payment_timeline (
            out_trade_no TEXT NOT NULL REFERENCES payments (out_trade_no), version BIGINT NOT NULL, state TEXT NOT NULL, at BIGINT NOT NULL,
            PRIMARY KEY (out_trade_no, version));
        CREATE TRIGGER timeline_fixed BEFORE UPDATE ON payment_timeline BEGIN SELECT RAISE(ABORT, 'the timeline is never changed'); END;
        CREATE TRIGGER timeline_kept BEFORE DELETE ON payment_timeline BEGIN SELECT RAISE(ABORT, 'the timeline is never deleted'); END;
        """

    /// Of the call that asked for the payment (W3C Trace Context): its request row goes over the gap long after that call. Payments from
    /// before have none.
    private static let traces = "ALTER TABLE payments ADD COLUMN traceparent TEXT"

    /// Of the first editions; the step after carries it over into the ledger.
    private static let journal = """
        CREATE TABLE journal_entries (
            id INTEGER PRIMARY KEY, out_trade_no TEXT NOT NULL REFERENCES payments (out_trade_no),
            movement TEXT NOT NULL CHECK (movement IN ('received', 'posted', 'refunded')),
            at BIGINT NOT NULL, UNIQUE (out_trade_no, movement));
        CREATE TABLE journal_lines (
            entry BIGINT NOT NULL REFERENCES journal_entries, line INTEGER NOT NULL, account TEXT NOT NULL,
            amount_fen BIGINT NOT NULL CHECK (amount_fen <> 0), PRIMARY KEY (entry, line));
        CREATE INDEX journal_by_account ON journal_lines (account);
        CREATE TRIGGER entries_fixed BEFORE UPDATE ON journal_entries BEGIN SELECT RAISE(ABORT, 'the journal is never changed'); END;
        CREATE TRIGGER entries_kept BEFORE DELETE ON journal_entries BEGIN SELECT RAISE(ABORT, 'the journal is never deleted'); END;
        CREATE TRIGGER lines_fixed BEFORE UPDATE ON journal_lines BEGIN SELECT RAISE(ABORT, 'the journal is never changed'); END;
        CREATE TRIGGER lines_kept BEFORE DELETE ON journal_lines BEGIN SELECT RAISE(ABORT, 'the journal is never deleted'); END;
        """
}
