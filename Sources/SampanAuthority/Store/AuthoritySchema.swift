internal import SampanStorage

extension AuthorityStore {
    /// Entries are only ever added. `epochs` finds the entry that made an epoch. `requests` keeps first outcomes. Times are nanoseconds
    /// since 1970.
    static let schema = Schema(
        name: "authority",
        migrations: [
            Migration(
                "journal",
                """
                CREATE TABLE entries (
                    number INTEGER PRIMARY KEY CHECK (number >= 1),
                    previous_hash BLOB NOT NULL,
                    record BLOB NOT NULL,
                    hash BLOB NOT NULL UNIQUE
                );
                CREATE TRIGGER entries_final BEFORE UPDATE ON entries
                    BEGIN SELECT RAISE(ABORT, 'an entry of the journal is never changed'); END;
                CREATE TRIGGER entries_kept BEFORE DELETE ON entries
                    BEGIN SELECT RAISE(ABORT, 'an entry of the journal is never deleted'); END;
                CREATE TABLE epochs (
                    number INTEGER PRIMARY KEY CHECK (number >= 1),
                    entry BIGINT NOT NULL REFERENCES entries (number)
                );
                CREATE TABLE requests (
                    actor TEXT NOT NULL,
                    request_id TEXT NOT NULL,
                    body_hash BLOB NOT NULL,
                    outcome BLOB NOT NULL,
                    made_at BIGINT NOT NULL,
                    PRIMARY KEY (actor, request_id)
                );
                CREATE INDEX requests_by_age ON requests (made_at);
                """)
        ])
}
