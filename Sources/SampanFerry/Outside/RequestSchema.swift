package import SampanStorage

extension RequestStore {
    /// `state`: 0 queued, 1 posted, 2 rejected, 3 expired. Times are nanoseconds since 1970. A finished row is never changed again.
    package static let schema = Schema(
        name: "requests",
        migrations: [
            Migration(
                "request rows",
                """
                CREATE TABLE requests (
                    seq INTEGER PRIMARY KEY CHECK (seq >= 0),
                    submitter TEXT NOT NULL,
                    request_id TEXT NOT NULL,
                    hash BLOB NOT NULL,
                    payload BLOB NOT NULL,
                    deadline BIGINT NOT NULL,
                    state INTEGER NOT NULL CHECK (state BETWEEN 0 AND 3),
                    receipt TEXT CHECK ((state = 1) = (receipt IS NOT NULL)),
                    reason TEXT CHECK ((state IN (2, 3)) = (reason IS NOT NULL)),
                    message TEXT,
                    submitted_at BIGINT NOT NULL,
                    claimed_at BIGINT,
                    decided_at BIGINT,
                    finished_at BIGINT CHECK ((state = 0) = (finished_at IS NULL)),
                    UNIQUE (submitter, request_id)
                );
                CREATE INDEX requests_open ON requests (seq) WHERE state = 0;
                CREATE TRIGGER requests_final BEFORE UPDATE ON requests WHEN OLD.state <> 0
                    BEGIN SELECT RAISE(ABORT, 'a finished request is never changed'); END;
                CREATE TRIGGER requests_kept BEFORE DELETE ON requests
                    BEGIN SELECT RAISE(ABORT, 'a request is never deleted'); END;
                """),
            // Of the call that submitted the row (W3C Trace Context); rows from before have none.
            Migration("traces", "ALTER TABLE requests ADD COLUMN traceparent TEXT"),
            Migration("history", history),
            // Names of the key that the payload is sealed to, and of the kind of command; rows from before have none.
            Migration("sealing", "ALTER TABLE requests ADD COLUMN recipient TEXT; ALTER TABLE requests ADD COLUMN kind TEXT"),
        ])

    /// Finished rows leave `requests` for `request_history` (`RequestHistory`). The tables themselves see to it that a row is in one of
    /// them, whoever writes: what leaves the first is in the second, and a number that is in the second does not come again.
    ///
    /// The payload stays behind: nobody outside reads it once there is an outcome, and what is not kept cannot be stolen. The hash says
    /// what it was.
    private static let history = """
        CREATE TABLE request_history (
            seq INTEGER PRIMARY KEY CHECK (seq >= 0),
            submitter TEXT NOT NULL,
            request_id TEXT NOT NULL,
            hash BLOB NOT NULL,
            deadline BIGINT NOT NULL,
            state INTEGER NOT NULL CHECK (state BETWEEN 1 AND 3),
            receipt TEXT CHECK ((state = 1) = (receipt IS NOT NULL)),
            reason TEXT CHECK ((state IN (2, 3)) = (reason IS NOT NULL)),
            message TEXT,
            submitted_at BIGINT NOT NULL,
            claimed_at BIGINT,
            decided_at BIGINT,
            finished_at BIGINT NOT NULL,
            UNIQUE (submitter, request_id)
        );
        CREATE TRIGGER history_fixed BEFORE UPDATE ON request_history
            BEGIN SELECT RAISE(ABORT, 'a finished request is never changed'); END;
        CREATE TRIGGER history_kept BEFORE DELETE ON request_history
            BEGIN SELECT RAISE(ABORT, 'a request is never deleted'); END;
        DROP TRIGGER requests_kept;
        CREATE TRIGGER requests_kept BEFORE DELETE ON requests
            WHEN NOT EXISTS (SELECT 1 FROM request_history WHERE seq = OLD.seq)
            BEGIN SELECT RAISE(ABORT, 'a request is never deleted'); END;
        CREATE TRIGGER requests_once BEFORE INSERT ON requests
            WHEN EXISTS (SELECT 1 FROM request_history WHERE seq = NEW.seq)
            BEGIN SELECT RAISE(ABORT, 'a request number is never used again'); END;
        DROP INDEX requests_open;
        CREATE INDEX requests_finished ON requests (finished_at) WHERE state <> 0
        """
}
