/// The tables of settlement, for a migration of the file that holds the ledger: a day is closed in the transaction that no entry of that
/// day can come into any more. Money is fen, times are nanoseconds since 1970, days as 20261118.
enum SettlementSchema {
    /// Released: never changed again. What comes after is a step of its own.
    static let tables =
        """
        CREATE TABLE settlements (
            id INTEGER PRIMARY KEY, operator_id TEXT NOT NULL, day BIGINT NOT NULL, closed_at BIGINT NOT NULL, closed_by TEXT NOT NULL,
            marked INTEGER NOT NULL CHECK (marked IN (0, 1)), document BLOB NOT NULL,
            hash BLOB NOT NULL CHECK (length(hash) = 32), UNIQUE (day, operator_id));
        CREATE TABLE settlement_requests (
            caller TEXT NOT NULL, request_id TEXT NOT NULL, operator_id TEXT NOT NULL, day BIGINT NOT NULL, reason TEXT NOT NULL,
            PRIMARY KEY (caller, request_id));
        CREATE TABLE settlement_late_entries (
            entry BIGINT PRIMARY KEY REFERENCES ledger_entries, belongs_to BIGINT NOT NULL,
            booked_on BIGINT NOT NULL CHECK (booked_on > belongs_to));
        CREATE INDEX settlement_late_by_day ON settlement_late_entries (booked_on);
        CREATE TRIGGER settlement_days_closed BEFORE INSERT ON ledger_entries
            WHEN NEW.booking_day <= (SELECT MAX(day) FROM settlements)
            BEGIN SELECT RAISE(ABORT, 'the day is closed: nothing is booked on it any more'); END;

        """
        + ["settlements", "settlement_requests", "settlement_late_entries"].map {
            """
            CREATE TRIGGER \($0)_fixed BEFORE UPDATE ON \($0) BEGIN SELECT RAISE(ABORT, 'a settlement is never changed'); END;
            CREATE TRIGGER \($0)_kept BEFORE DELETE ON \($0) BEGIN SELECT RAISE(ABORT, 'a settlement is never deleted'); END;

            """
        }.joined()
}
