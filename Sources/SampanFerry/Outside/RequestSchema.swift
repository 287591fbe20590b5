internal import SampanStorage

extension RequestStore {
    /// `state`: 0 queued, 1 posted, 2 rejected, 3 expired. Times are nanoseconds since 1970. A finished row is never changed again.
    static let schema = Schema(
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
                """)
        ])
}
