/// The tables of breaks and what was done about them, for a migration of the file that holds the ledger. They only ever grow: what a break
/// is now is its last step.
enum BreakSchema {
    /// Released: never changed again. What comes after is a step of its own.
    static let tables =
        """
        CREATE TABLE reconciliation_runs (
            id INTEGER PRIMARY KEY, day BIGINT NOT NULL, hash BLOB NOT NULL CHECK (length(hash) = 32), recorded_at BIGINT NOT NULL,
            recorded_by TEXT NOT NULL, breaks BIGINT NOT NULL, new_breaks BIGINT NOT NULL, gone_breaks BIGINT NOT NULL);
        CREATE INDEX reconciliation_runs_by_day ON reconciliation_runs (day, id);
        CREATE TABLE reconciliation_breaks (
            id INTEGER PRIMARY KEY, run BIGINT NOT NULL REFERENCES reconciliation_runs DEFERRABLE INITIALLY DEFERRED, day BIGINT NOT NULL,
            type TEXT NOT NULL, out_trade_no TEXT NOT NULL, out_refund_no TEXT NOT NULL, institution TEXT NOT NULL, channel TEXT NOT NULL,
            amount_fen BIGINT NOT NULL CHECK (amount_fen >= 0), action TEXT NOT NULL, occurrence INTEGER NOT NULL,
            UNIQUE (day, type, out_trade_no, out_refund_no, institution, channel, amount_fen, action, occurrence));
        CREATE TABLE reconciliation_steps (
            break BIGINT NOT NULL REFERENCES reconciliation_breaks, number INTEGER NOT NULL CHECK (number > 0),
            kind TEXT NOT NULL CHECK (kind IN ('FOUND', 'PROPOSED', 'APPROVED', 'REJECTED', 'WITHDRAWN', 'REFUND_STARTED', 'REFUNDED',
                'HANDED_OVER', 'NOTED', 'GONE')),
            by_whom TEXT NOT NULL, at BIGINT NOT NULL, note TEXT NOT NULL, to_suspense INTEGER NOT NULL CHECK (to_suspense IN (0, 1)),
            refund_no TEXT, entry BIGINT REFERENCES ledger_entries, PRIMARY KEY (break, number)) WITHOUT ROWID;
        CREATE TABLE reconciliation_settlements (
            run BIGINT NOT NULL REFERENCES reconciliation_runs DEFERRABLE INITIALLY DEFERRED, day BIGINT NOT NULL, channel TEXT NOT NULL,
            institution TEXT NOT NULL, net_fen BIGINT NOT NULL, fees_fen BIGINT NOT NULL, deposited_fen BIGINT,
            payout BIGINT REFERENCES ledger_entries, deposit BIGINT REFERENCES ledger_entries,
            PRIMARY KEY (day, channel, institution, run)) WITHOUT ROWID;
        CREATE UNIQUE INDEX reconciliation_refunded_once ON reconciliation_steps (break) WHERE kind = 'REFUNDED';
        CREATE UNIQUE INDEX reconciliation_approved_once ON reconciliation_steps (break) WHERE kind = 'APPROVED';
        CREATE TRIGGER reconciliation_steps_in_order BEFORE INSERT ON reconciliation_steps BEGIN
            SELECT RAISE(ABORT, 'steps are numbered without a gap')
                WHERE NEW.number <> (SELECT COALESCE(MAX(number), 0) + 1 FROM reconciliation_steps WHERE break = NEW.break);
        END;
        CREATE TRIGGER reconciliation_two_persons BEFORE INSERT ON reconciliation_steps WHEN NEW.kind = 'APPROVED' BEGIN
            SELECT RAISE(ABORT, 'a proposal is approved by somebody else') WHERE NOT EXISTS (
                SELECT 1 FROM reconciliation_steps WHERE break = NEW.break AND number = NEW.number - 1 AND kind = 'PROPOSED'
                    AND by_whom <> NEW.by_whom);
        END;

        """
        + ["reconciliation_runs", "reconciliation_breaks", "reconciliation_steps", "reconciliation_settlements"].map {
            """
            CREATE TRIGGER \($0)_fixed BEFORE UPDATE ON \($0) BEGIN SELECT RAISE(ABORT, 'what was written is never changed'); END;
            CREATE TRIGGER \($0)_kept BEFORE DELETE ON \($0) BEGIN SELECT RAISE(ABORT, 'what was written is never deleted'); END;

            """
        }.joined()
}
