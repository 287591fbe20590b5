package import SampanStorage

/// The tables of the patient index. Names, numbers, dates, telephones, addresses and local ids are sealed or hashed with a key; in clear
/// stand
/// institution codes, enterprise ids, times and weights. Times are nanoseconds since 1970.
package enum IndexSchema {
    package static let schema = Schema(name: "identity", migrations: [Migration("patient index", tables + triggers)])

    private static let tables = """
        CREATE TABLE institutions (id INTEGER PRIMARY KEY, code TEXT NOT NULL UNIQUE);
        CREATE TABLE persons (
            id INTEGER PRIMARY KEY, created_at BIGINT NOT NULL, merged_into BIGINT REFERENCES persons, CHECK (merged_into <> id));
        CREATE INDEX persons_merged ON persons (merged_into) WHERE merged_into IS NOT NULL;
        CREATE TABLE records (
            id INTEGER PRIMARY KEY, person BIGINT NOT NULL REFERENCES persons, institution BIGINT NOT NULL REFERENCES institutions,
            local_key BLOB NOT NULL UNIQUE CHECK (length(local_key) = 16), sealed BLOB NOT NULL, registered_at BIGINT NOT NULL);
        CREATE INDEX records_of_person ON records (person);
        CREATE TABLE record_keys (stored BIGINT NOT NULL, record BIGINT NOT NULL, PRIMARY KEY (stored, record)) WITHOUT ROWID;
        CREATE TABLE guardians (
            child BIGINT NOT NULL REFERENCES persons, guardian BIGINT NOT NULL REFERENCES persons, event BIGINT NOT NULL,
            PRIMARY KEY (child, guardian), CHECK (child <> guardian)) WITHOUT ROWID;
        CREATE INDEX wards ON guardians (guardian);
        CREATE TABLE events (
            id INTEGER PRIMARY KEY, at BIGINT NOT NULL,
            kind TEXT NOT NULL CHECK (kind IN ('created', 'linked', 'updated', 'merged', 'unmerged', 'split', 'guardian', 'reviewed')),
            person BIGINT NOT NULL REFERENCES persons, other BIGINT REFERENCES persons, record BIGINT REFERENCES records,
            hundredths BIGINT NOT NULL, weights TEXT NOT NULL, actor TEXT NOT NULL, reason TEXT NOT NULL,
            undone_by BIGINT REFERENCES events);
        CREATE INDEX events_of_person ON events (person, id);
        CREATE INDEX events_of_other ON events (other, id) WHERE other IS NOT NULL;
        CREATE TABLE moved_records (
            event BIGINT NOT NULL REFERENCES events, record BIGINT NOT NULL REFERENCES records, PRIMARY KEY (event, record)) WITHOUT ROWID;
        CREATE TABLE reviews (
            id INTEGER PRIMARY KEY, first_record BIGINT NOT NULL REFERENCES records, second_record BIGINT NOT NULL REFERENCES records,
            hundredths BIGINT NOT NULL, reason TEXT NOT NULL, weights TEXT NOT NULL,
            state TEXT NOT NULL CHECK (state IN ('open', 'proposed', 'linked', 'apart', 'void')),
            proposal TEXT, proposed_by TEXT, decided_by TEXT, opened_at BIGINT NOT NULL, decided_at BIGINT,
            UNIQUE (first_record, second_record), CHECK (first_record < second_record));
        CREATE INDEX reviews_of_second ON reviews (second_record);
        CREATE INDEX reviews_waiting ON reviews (id) WHERE state IN ('open', 'proposed');
        CREATE TABLE review_counts (state TEXT PRIMARY KEY, reviews BIGINT NOT NULL CHECK (reviews >= 0)) WITHOUT ROWID;
        INSERT INTO review_counts VALUES ('open', 0), ('proposed', 0), ('linked', 0), ('apart', 0), ('void', 0);
        CREATE TABLE totals (name TEXT PRIMARY KEY, value BIGINT NOT NULL CHECK (value >= 0)) WITHOUT ROWID;
        INSERT INTO totals VALUES ('records', 0), ('persons', 0);
        CREATE TABLE separations (
            first_record BIGINT NOT NULL REFERENCES records, second_record BIGINT NOT NULL REFERENCES records,
            PRIMARY KEY (first_record, second_record)) WITHOUT ROWID;
        CREATE INDEX separations_of_second ON separations (second_record);
        CREATE TABLE requests (
            request_key BLOB PRIMARY KEY, digest BLOB NOT NULL, answer BLOB NOT NULL) WITHOUT ROWID;
        CREATE TABLE settings (name TEXT PRIMARY KEY, sealed BLOB NOT NULL) WITHOUT ROWID;

        """

    private static let triggers = """
        CREATE TRIGGER reviews_added AFTER INSERT ON reviews
            BEGIN UPDATE review_counts SET reviews = reviews + 1 WHERE state = NEW.state; END;
        CREATE TRIGGER reviews_moved AFTER UPDATE OF state ON reviews WHEN NEW.state <> OLD.state BEGIN
            UPDATE review_counts SET reviews = reviews - 1 WHERE state = OLD.state;
            UPDATE review_counts SET reviews = reviews + 1 WHERE state = NEW.state;
        END;
        CREATE TRIGGER events_fixed BEFORE UPDATE OF id, at, kind, person, other, record, hundredths, weights, actor, reason ON events
            BEGIN SELECT RAISE(ABORT, 'history is never changed'); END;
        CREATE TRIGGER events_undone_once BEFORE UPDATE OF undone_by ON events WHEN OLD.undone_by IS NOT NULL
            BEGIN SELECT RAISE(ABORT, 'an event is undone once'); END;
        CREATE TRIGGER events_kept BEFORE DELETE ON events BEGIN SELECT RAISE(ABORT, 'history is never deleted'); END;
        CREATE TRIGGER moved_records_fixed BEFORE UPDATE ON moved_records BEGIN SELECT RAISE(ABORT, 'history is never changed'); END;
        CREATE TRIGGER moved_records_kept BEFORE DELETE ON moved_records BEGIN SELECT RAISE(ABORT, 'history is never deleted'); END;
        CREATE TRIGGER persons_kept BEFORE DELETE ON persons BEGIN SELECT RAISE(ABORT, 'an enterprise id is never deleted'); END;
        """
}
