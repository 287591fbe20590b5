package import SampanStorage

/// The tables of the registry: institutions, staff, code systems, and what was asked. Nothing in them is ever changed or deleted but the
/// counts of unmapped codes and the mappings. Times are nanoseconds since 1970.
package enum RegistrySchema {
    package static let schema = Schema(
        name: "registry",
        migrations: [
            Migration("requests", requests), Migration("institutions", institutions), Migration("staff", staff),
            Migration("code systems", codes),
        ])

    private static let requests = """
        CREATE TABLE registry_requests (
            institution TEXT NOT NULL, request_id TEXT NOT NULL, method TEXT NOT NULL, hash BLOB NOT NULL CHECK (length(hash) = 32),
            outcome BLOB NOT NULL, at BIGINT NOT NULL, PRIMARY KEY (institution, request_id));
        """

    /// `document` is the whole entry; the columns are what is asked by.
    private static let institutions =
        """
        CREATE TABLE institution_versions (
            code TEXT NOT NULL, version BIGINT NOT NULL CHECK (version > 0), effective_from BIGINT NOT NULL, recorded_at BIGINT NOT NULL,
            kind INTEGER NOT NULL, region TEXT NOT NULL, status INTEGER NOT NULL CHECK (status BETWEEN 1 AND 3), document BLOB NOT NULL,
            PRIMARY KEY (code, version));
        CREATE INDEX institution_versions_due ON institution_versions (effective_from);
        CREATE TABLE institution_names (
            code TEXT NOT NULL, version BIGINT NOT NULL, name TEXT NOT NULL, PRIMARY KEY (code, version, name));
        CREATE INDEX institution_names_by_name ON institution_names (name);

        """ + kept("institution_versions")

    /// `sealed` is the whole entry under the registry's key; names and licence numbers are found by keyed digests only.
    private static let staff =
        """
        CREATE TABLE staff_versions (
            institution TEXT NOT NULL, staff_id TEXT NOT NULL, version BIGINT NOT NULL CHECK (version > 0),
            effective_from BIGINT NOT NULL, effective_until BIGINT, recorded_at BIGINT NOT NULL, roles INTEGER NOT NULL CHECK (roles > 0),
            status INTEGER NOT NULL CHECK (status BETWEEN 1 AND 3), by_region INTEGER NOT NULL CHECK (by_region IN (0, 1)),
            home_institution TEXT NOT NULL, home_staff_id TEXT NOT NULL, name_digest BLOB NOT NULL, licence_digest BLOB NOT NULL,
            sealed BLOB NOT NULL, PRIMARY KEY (institution, staff_id, version));
        CREATE INDEX staff_versions_due ON staff_versions (effective_from);
        CREATE INDEX staff_versions_by_name ON staff_versions (institution, name_digest);
        CREATE INDEX staff_versions_by_licence ON staff_versions (licence_digest, institution);
        CREATE INDEX staff_versions_by_home ON staff_versions (home_institution, home_staff_id);

        """ + kept("staff_versions")

    private static let codes =
        """
        CREATE TABLE code_versions (
            system TEXT NOT NULL, version BIGINT NOT NULL CHECK (version > 0), name TEXT NOT NULL, label TEXT NOT NULL,
            effective_from BIGINT NOT NULL, published_at BIGINT NOT NULL, published_by TEXT NOT NULL, code_count BIGINT NOT NULL,
            hash BLOB NOT NULL CHECK (length(hash) = 32), PRIMARY KEY (system, version));
        CREATE TABLE codes (
            system TEXT NOT NULL, version BIGINT NOT NULL, code TEXT NOT NULL, name TEXT NOT NULL, parent TEXT NOT NULL,
            PRIMARY KEY (system, version, code));
        CREATE INDEX codes_by_parent ON codes (system, version, parent, code);
        CREATE INDEX codes_by_name ON codes (system, version, name, code);
        CREATE TABLE code_mappings (
            institution TEXT NOT NULL, system TEXT NOT NULL, local_code TEXT NOT NULL, local_name TEXT NOT NULL, code TEXT NOT NULL,
            mapped_at BIGINT NOT NULL, mapped_by TEXT NOT NULL, PRIMARY KEY (institution, system, local_code));
        CREATE TABLE code_sightings (
            institution TEXT NOT NULL, system TEXT NOT NULL, local_code TEXT NOT NULL, local_name TEXT NOT NULL,
            seen BIGINT NOT NULL CHECK (seen > 0), first_seen BIGINT NOT NULL, last_seen BIGINT NOT NULL,
            PRIMARY KEY (institution, system, local_code));

        """ + kept("code_versions") + kept("codes")

    private static func kept(_ table: String) -> String {
        """
        CREATE TRIGGER \(table)_fixed BEFORE UPDATE ON \(table) BEGIN SELECT RAISE(ABORT, 'a version is never changed'); END;
        CREATE TRIGGER \(table)_kept BEFORE DELETE ON \(table) BEGIN SELECT RAISE(ABORT, 'a version is never deleted'); END;

        """
    }
}
