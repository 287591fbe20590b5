package import SampanStorage

/// The tables of records and of consent: one file, so that a chunk is read in the same snapshot as the grant that lets it out.
package enum RecordsSchema {
    package static let schema = Schema(
        name: "records",
        migrations: [
            Migration("documents, keys, consent", keys + documents + contents + consent + readings),
            Migration("residents' sign-in, quality certificates", residents + qualityCertificates),
        ])

    private static let keys = """
        CREATE TABLE record_keys (
            id INTEGER PRIMARY KEY, owner TEXT NOT NULL, purpose TEXT NOT NULL,
            state TEXT NOT NULL CHECK (state IN ('active', 'full', 'retiring', 'destroyed')), master TEXT NOT NULL, wrapped BLOB NOT NULL,
            made_at BIGINT NOT NULL, messages BIGINT NOT NULL CHECK (messages >= 0));
        CREATE UNIQUE INDEX record_keys_active ON record_keys (owner, purpose) WHERE state = 'active';
        CREATE TABLE record_clock (id INTEGER PRIMARY KEY CHECK (id = 1), latest BIGINT NOT NULL);
        CREATE TABLE record_counters (name TEXT PRIMARY KEY, value BIGINT NOT NULL);
        """

    private static let documents = """
        CREATE TABLE record_documents (
            id INTEGER PRIMARY KEY, name BLOB NOT NULL UNIQUE CHECK (length(name) = 16), patient BLOB NOT NULL CHECK (length(patient) = 16),
            kind TEXT NOT NULL, occurred_at BIGINT NOT NULL, owner TEXT NOT NULL, newest BIGINT NOT NULL CHECK (newest >= 1),
            top_grade BIGINT NOT NULL CHECK (top_grade BETWEEN 1 AND 5));
        CREATE INDEX record_timeline ON record_documents (patient, occurred_at, name, kind, owner, top_grade);
        CREATE TABLE record_versions (
            document BIGINT NOT NULL REFERENCES record_documents, number BIGINT NOT NULL CHECK (number >= 1),
            content BIGINT NOT NULL UNIQUE REFERENCES record_contents, custodian TEXT NOT NULL, data_class TEXT NOT NULL,
            grade BIGINT NOT NULL CHECK (grade BETWEEN 1 AND 5), stored_at BIGINT NOT NULL, size BIGINT NOT NULL CHECK (size >= 0),
            chunks BIGINT NOT NULL CHECK (chunks >= 1), sealed BLOB NOT NULL, PRIMARY KEY (document, number));
        CREATE TRIGGER record_versions_fixed BEFORE UPDATE ON record_versions BEGIN SELECT RAISE(ABORT, 'a version never changes'); END;
        CREATE TRIGGER record_versions_kept BEFORE DELETE ON record_versions BEGIN SELECT RAISE(ABORT, 'a version is kept'); END;
        CREATE TABLE record_requests (
            name BLOB PRIMARY KEY CHECK (length(name) = 16), digest BLOB NOT NULL CHECK (length(digest) = 32), document BLOB NOT NULL,
            version BIGINT NOT NULL, size BIGINT NOT NULL, stored_at BIGINT NOT NULL);
        """

    private static let contents = """
        CREATE TABLE record_contents (
            id INTEGER PRIMARY KEY CHECK (id BETWEEN 1 AND 274877906943), owner TEXT NOT NULL,
            wrapped_by BIGINT NOT NULL REFERENCES record_keys, wrapped BLOB NOT NULL, begun_at BIGINT NOT NULL,
            is_whole INTEGER NOT NULL CHECK (is_whole IN (0, 1)));
        CREATE INDEX record_contents_by_key ON record_contents (wrapped_by, id);
        CREATE INDEX record_contents_open ON record_contents (id) WHERE is_whole = 0;
        CREATE TABLE record_chunks (id INTEGER PRIMARY KEY, box BLOB NOT NULL);
        """

    private static let consent = """
        CREATE TABLE consent_codes (
            id INTEGER PRIMARY KEY, name BLOB NOT NULL UNIQUE CHECK (length(name) = 16), patient BLOB NOT NULL, reader BLOB NOT NULL,
            issued_at BIGINT NOT NULL, state TEXT NOT NULL CHECK (state IN ('waiting', 'used', 'expired', 'exhausted', 'replaced')),
            tries BIGINT NOT NULL CHECK (tries BETWEEN 0 AND 5), code BLOB NOT NULL, wrapped_by BIGINT NOT NULL, sealed BLOB NOT NULL);
        CREATE INDEX consent_codes_of_patient ON consent_codes (patient, issued_at);
        CREATE INDEX consent_codes_of_reader ON consent_codes (reader, issued_at);
        CREATE TABLE consent_grants (
            id INTEGER PRIMARY KEY, name BLOB NOT NULL UNIQUE CHECK (length(name) = 16), patient BLOB NOT NULL,
            state TEXT NOT NULL CHECK (state IN ('active', 'revoked', 'expired')), until BIGINT NOT NULL, wrapped_by BIGINT NOT NULL,
            sealed BLOB NOT NULL);
        CREATE INDEX consent_grants_of_patient ON consent_grants (patient, state, id);
        CREATE TABLE emergency_accesses (
            id INTEGER PRIMARY KEY, name BLOB NOT NULL UNIQUE CHECK (length(name) = 16), patient BLOB NOT NULL, institution TEXT NOT NULL,
            state TEXT NOT NULL CHECK (state IN ('open', 'over', 'ended')),
            review TEXT NOT NULL CHECK (review IN ('due', 'justified', 'unjustified')),
            until BIGINT NOT NULL, wrapped_by BIGINT NOT NULL, sealed BLOB NOT NULL);
        CREATE INDEX emergency_of_patient ON emergency_accesses (patient, state, id);
        CREATE INDEX emergency_reviews ON emergency_accesses (institution, review, id);
        CREATE TABLE consent_requests (
            name BLOB PRIMARY KEY CHECK (length(name) = 16), digest BLOB NOT NULL CHECK (length(digest) = 32), outcome BLOB NOT NULL,
            at BIGINT NOT NULL);
        CREATE TABLE notice_outbox (
            id INTEGER PRIMARY KEY, due_at BIGINT NOT NULL, wrapped_by BIGINT NOT NULL, sealed BLOB NOT NULL);
        """

    private static let readings = """
        CREATE TABLE record_readings (
            id INTEGER PRIMARY KEY, patient BLOB NOT NULL, at BIGINT NOT NULL, wrapped_by BIGINT NOT NULL, sealed BLOB NOT NULL);
        CREATE INDEX record_readings_of_patient ON record_readings (patient, id);
        CREATE TRIGGER record_readings_fixed BEFORE UPDATE ON record_readings BEGIN SELECT RAISE(ABORT, 'a reading never changes'); END;
        CREATE TRIGGER record_readings_kept BEFORE DELETE ON record_readings BEGIN SELECT RAISE(ABORT, 'a reading is kept'); END;
        """

    private static let residents = """
        CREATE TABLE sign_in_codes (
            id INTEGER PRIMARY KEY, name BLOB NOT NULL UNIQUE CHECK (length(name) = 16), paper BLOB NOT NULL CHECK (length(paper) = 16),
            person BLOB NOT NULL CHECK (length(person) = 16), app BLOB NOT NULL CHECK (length(app) = 16), issued_at BIGINT NOT NULL,
            state TEXT NOT NULL CHECK (state IN ('waiting', 'used', 'expired', 'exhausted', 'replaced')),
            tries BIGINT NOT NULL CHECK (tries BETWEEN 0 AND 5), code BLOB NOT NULL, wrapped_by BIGINT NOT NULL, sealed BLOB NOT NULL);
        CREATE INDEX sign_in_codes_of_paper ON sign_in_codes (paper, issued_at);
        CREATE INDEX sign_in_codes_of_person ON sign_in_codes (person, issued_at);
        CREATE INDEX sign_in_codes_of_app ON sign_in_codes (app, issued_at);
        CREATE INDEX sign_in_codes_by_age ON sign_in_codes (issued_at);
        CREATE TABLE resident_sessions (
            id INTEGER PRIMARY KEY, token BLOB NOT NULL UNIQUE CHECK (length(token) = 32),
            person BLOB NOT NULL CHECK (length(person) = 16), app BLOB NOT NULL CHECK (length(app) = 16),
            level TEXT NOT NULL CHECK (level IN ('code')), opened_at BIGINT NOT NULL, used_at BIGINT NOT NULL,
            state TEXT NOT NULL CHECK (state IN ('open', 'over', 'signed-out', 'replaced')), wrapped_by BIGINT NOT NULL,
            sealed BLOB NOT NULL);
        CREATE INDEX resident_sessions_of_person ON resident_sessions (person, state, id);
        CREATE INDEX resident_sessions_by_age ON resident_sessions (opened_at);
        """

    private static let qualityCertificates = """
        CREATE TABLE quality_certificates (
            number TEXT PRIMARY KEY, institution TEXT NOT NULL, kinds TEXT NOT NULL, level TEXT NOT NULL, region TEXT NOT NULL,
            valid_from BIGINT NOT NULL, valid_until BIGINT NOT NULL, entered_at BIGINT NOT NULL);
        CREATE INDEX quality_certificates_of ON quality_certificates (institution, number);
        """
}
