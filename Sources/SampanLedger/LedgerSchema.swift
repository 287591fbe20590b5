/// The tables of a ledger, for a migration of the file that it lies in. Money is fen, times are nanoseconds since 1970, days as 20261118.
///
/// Everything only ever grows, but for the totals of `ledger_accounts` and `ledger_turnover` and the list of pending holds, which triggers
/// keep from the rows that grow. The order of an entry: its lines first, then the entry itself, whose insert seals them.
package enum LedgerSchema {
    /// Released: never changed again. What comes after is a step of its own.
    package static let tables = accounts + entries + entryTriggers + holds + holdTriggers + immutable

    /// A step of its own: the entries of a day, for settlement. Days rise with the entries, so that its end stays in memory.
    package static let entriesByDay = "CREATE INDEX ledger_entries_by_day ON ledger_entries (booking_day, event)"

    private static let accounts = """
        CREATE TABLE ledger_accounts (
            id INTEGER PRIMARY KEY, code TEXT NOT NULL UNIQUE,
            kind TEXT NOT NULL CHECK (kind IN ('asset', 'liability', 'income', 'expense')),
            guarded INTEGER NOT NULL CHECK (guarded IN (0, 1)),
            debits_fen BIGINT NOT NULL DEFAULT 0 CHECK (debits_fen >= 0), credits_fen BIGINT NOT NULL DEFAULT 0 CHECK (credits_fen >= 0),
            debits_held_fen BIGINT NOT NULL DEFAULT 0 CHECK (debits_held_fen >= 0),
            credits_held_fen BIGINT NOT NULL DEFAULT 0 CHECK (credits_held_fen >= 0),
            CHECK (guarded = 0 OR CASE WHEN kind IN ('asset', 'expense') THEN debits_fen - credits_fen - credits_held_fen
                ELSE credits_fen - debits_fen - debits_held_fen END >= 0));
        """

    private static let entries = """
        CREATE TABLE ledger_entries (
            id INTEGER PRIMARY KEY, business_key TEXT NOT NULL UNIQUE, event TEXT NOT NULL, booking_day BIGINT NOT NULL,
            recorded_at BIGINT NOT NULL, reason TEXT NOT NULL, actor TEXT NOT NULL, reverses BIGINT REFERENCES ledger_entries,
            hash BLOB NOT NULL CHECK (length(hash) = 32));
        CREATE UNIQUE INDEX ledger_reversed_once ON ledger_entries (reverses) WHERE reverses IS NOT NULL;
        CREATE TABLE ledger_lines (
            account BIGINT NOT NULL REFERENCES ledger_accounts,
            entry BIGINT NOT NULL REFERENCES ledger_entries DEFERRABLE INITIALLY DEFERRED,
            amount_fen BIGINT NOT NULL CHECK (amount_fen <> 0), debits_after_fen BIGINT NOT NULL, credits_after_fen BIGINT NOT NULL,
            PRIMARY KEY (account, entry)) WITHOUT ROWID;
        CREATE INDEX ledger_lines_of_entry ON ledger_lines (entry);
        CREATE TABLE ledger_turnover (
            account BIGINT NOT NULL REFERENCES ledger_accounts, booking_day BIGINT NOT NULL, event TEXT NOT NULL,
            debits_fen BIGINT NOT NULL, credits_fen BIGINT NOT NULL, entries BIGINT NOT NULL,
            PRIMARY KEY (account, booking_day, event)) WITHOUT ROWID;
        """

    private static let entryTriggers = """
        CREATE TRIGGER ledger_lines_open BEFORE INSERT ON ledger_lines
            WHEN NEW.entry <> (SELECT COALESCE(MAX(id), 0) + 1 FROM ledger_entries)
            BEGIN SELECT RAISE(ABORT, 'an entry that is sealed takes no line'); END;
        CREATE TRIGGER ledger_lines_counted AFTER INSERT ON ledger_lines BEGIN
            UPDATE ledger_accounts SET debits_fen = NEW.debits_after_fen, credits_fen = NEW.credits_after_fen WHERE id = NEW.account
                AND debits_fen + max(NEW.amount_fen, 0) = NEW.debits_after_fen
                AND credits_fen + max(-NEW.amount_fen, 0) = NEW.credits_after_fen;
            SELECT RAISE(ABORT, 'the totals of a line do not follow from those before') WHERE changes() <> 1;
        END;
        CREATE TRIGGER ledger_entries_sealed BEFORE INSERT ON ledger_entries BEGIN
            SELECT RAISE(ABORT, 'entries are numbered without a gap')
                WHERE NEW.id <> (SELECT COALESCE(MAX(id), 0) + 1 FROM ledger_entries);
            SELECT RAISE(ABORT, 'an entry is balanced')
                WHERE (SELECT COUNT(*) < 2 OR SUM(amount_fen) <> 0 FROM ledger_lines WHERE entry = NEW.id);
        END;
        CREATE TRIGGER ledger_entries_counted AFTER INSERT ON ledger_entries BEGIN
            INSERT INTO ledger_turnover
                SELECT account, NEW.booking_day, NEW.event, max(amount_fen, 0), max(-amount_fen, 0), 1
                FROM ledger_lines WHERE entry = NEW.id
                ON CONFLICT (account, booking_day, event) DO UPDATE SET debits_fen = debits_fen + excluded.debits_fen,
                    credits_fen = credits_fen + excluded.credits_fen, entries = entries + 1;
        END;
        CREATE TRIGGER ledger_reversal_mirrors AFTER INSERT ON ledger_entries WHEN NEW.reverses IS NOT NULL BEGIN
            SELECT RAISE(ABORT, 'a reversal is not reversed') WHERE NEW.reverses >= NEW.id
                OR (SELECT reverses FROM ledger_entries WHERE id = NEW.reverses) IS NOT NULL;
            SELECT RAISE(ABORT, 'a reversal is the mirror of what it reverses') WHERE EXISTS (
                SELECT account, amount_fen FROM ledger_lines WHERE entry = NEW.id
                EXCEPT SELECT account, -amount_fen FROM ledger_lines WHERE entry = NEW.reverses)
                OR (SELECT COUNT(*) FROM ledger_lines WHERE entry = NEW.id)
                    <> (SELECT COUNT(*) FROM ledger_lines WHERE entry = NEW.reverses);
        END;
        """

    private static let holds = """
        CREATE TABLE ledger_holds (
            id INTEGER PRIMARY KEY, business_key TEXT NOT NULL UNIQUE, event TEXT NOT NULL,
            debit BIGINT NOT NULL REFERENCES ledger_accounts, credit BIGINT NOT NULL REFERENCES ledger_accounts,
            amount_fen BIGINT NOT NULL CHECK (amount_fen > 0), placed_at BIGINT NOT NULL, expires_at BIGINT,
            reason TEXT NOT NULL, actor TEXT NOT NULL, hash BLOB NOT NULL CHECK (length(hash) = 32), CHECK (debit <> credit));
        CREATE TABLE ledger_hold_ends (
            id INTEGER PRIMARY KEY, hold BIGINT NOT NULL UNIQUE REFERENCES ledger_holds,
            outcome TEXT NOT NULL CHECK (outcome IN ('posted', 'voided', 'expired')),
            entry BIGINT UNIQUE REFERENCES ledger_entries DEFERRABLE INITIALLY DEFERRED,
            ended_at BIGINT NOT NULL, actor TEXT NOT NULL, hash BLOB NOT NULL CHECK (length(hash) = 32),
            CHECK ((outcome = 'posted') = (entry IS NOT NULL)));
        CREATE TABLE ledger_pending_holds (hold INTEGER PRIMARY KEY REFERENCES ledger_holds, expires_at BIGINT);
        CREATE INDEX ledger_pending_by_time ON ledger_pending_holds (expires_at) WHERE expires_at IS NOT NULL;
        """

    private static let holdTriggers = """
        CREATE TRIGGER ledger_holds_counted AFTER INSERT ON ledger_holds BEGIN
            UPDATE ledger_accounts SET debits_held_fen = debits_held_fen + NEW.amount_fen WHERE id = NEW.debit;
            UPDATE ledger_accounts SET credits_held_fen = credits_held_fen + NEW.amount_fen WHERE id = NEW.credit;
            INSERT INTO ledger_pending_holds VALUES (NEW.id, NEW.expires_at);
        END;
        CREATE TRIGGER ledger_hold_ends_counted AFTER INSERT ON ledger_hold_ends BEGIN
            UPDATE ledger_accounts SET debits_held_fen = debits_held_fen - (SELECT amount_fen FROM ledger_holds WHERE id = NEW.hold)
                WHERE id = (SELECT debit FROM ledger_holds WHERE id = NEW.hold);
            UPDATE ledger_accounts SET credits_held_fen = credits_held_fen - (SELECT amount_fen FROM ledger_holds WHERE id = NEW.hold)
                WHERE id = (SELECT credit FROM ledger_holds WHERE id = NEW.hold);
            DELETE FROM ledger_pending_holds WHERE hold = NEW.hold;
        END;
        """

    private static let immutable = """
        CREATE TRIGGER ledger_accounts_fixed BEFORE UPDATE OF id, code, kind, guarded ON ledger_accounts
            BEGIN SELECT RAISE(ABORT, 'what an account is never changes'); END;
        CREATE TRIGGER ledger_accounts_kept BEFORE DELETE ON ledger_accounts BEGIN SELECT RAISE(ABORT, 'an account is never deleted'); END;

        """
        + ["ledger_entries", "ledger_lines", "ledger_holds", "ledger_hold_ends"].map {
            """
            CREATE TRIGGER \($0)_fixed BEFORE UPDATE ON \($0) BEGIN SELECT RAISE(ABORT, 'the ledger is never changed'); END;
            CREATE TRIGGER \($0)_kept BEFORE DELETE ON \($0) BEGIN SELECT RAISE(ABORT, 'the ledger is never deleted'); END;

            """
        }.joined()
}
