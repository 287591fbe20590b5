package import SampanStorage

/// The tables of the catalogue, of agreements and of what was given out. No document and no name of a person is in them.
package enum ResearchSchema {
    package static let schema = Schema(
        name: "research", migrations: [Migration("catalogue, agreements, projects, accesses", catalogue + agreements + projects + accesses)]
    )

    private static let catalogue = """
        CREATE TABLE catalogue_datasets (
            code TEXT NOT NULL, version BIGINT NOT NULL CHECK (version >= 1), is_listed INTEGER NOT NULL CHECK (is_listed IN (0, 1)),
            part TEXT NOT NULL, title TEXT NOT NULL, owner TEXT NOT NULL, kinds TEXT NOT NULL CHECK (length(kinds) > 0),
            grade_ceiling BIGINT NOT NULL CHECK (grade_ceiling BETWEEN 1 AND 4),
            level TEXT NOT NULL CHECK (level IN ('closed', 'conditional', 'open')), basis TEXT NOT NULL,
            smallest_class BIGINT NOT NULL CHECK (smallest_class >= 2), entered_at BIGINT NOT NULL, entered_by TEXT NOT NULL,
            PRIMARY KEY (code, version), CHECK (level = 'open' OR length(basis) > 0));
        CREATE TRIGGER catalogue_fixed BEFORE UPDATE ON catalogue_datasets BEGIN SELECT RAISE(ABORT, 'a version never changes'); END;
        CREATE TRIGGER catalogue_kept BEFORE DELETE ON catalogue_datasets BEGIN SELECT RAISE(ABORT, 'a version is kept'); END;
        CREATE TABLE catalogue_openings (
            name TEXT PRIMARY KEY, dataset TEXT NOT NULL, path TEXT NOT NULL CHECK (path IN ('consent', 'processed')),
            level TEXT NOT NULL CHECK (level IN ('conditional', 'open')), basis TEXT NOT NULL CHECK (length(basis) > 0),
            opened_by TEXT NOT NULL, valid_from BIGINT NOT NULL, valid_until BIGINT NOT NULL, ended_at BIGINT);
        CREATE INDEX catalogue_openings_of_dataset ON catalogue_openings (dataset, valid_until);
        """

    private static let agreements = """
        CREATE TABLE research_agreements (
            name TEXT PRIMARY KEY, requester TEXT NOT NULL, project TEXT NOT NULL, datasets TEXT NOT NULL, kinds TEXT NOT NULL,
            data_from BIGINT NOT NULL, data_until BIGINT NOT NULL, valid_from BIGINT NOT NULL, valid_until BIGINT NOT NULL,
            usage TEXT NOT NULL, conditions TEXT NOT NULL, products TEXT NOT NULL, confidentiality TEXT NOT NULL,
            security TEXT NOT NULL, made_at BIGINT NOT NULL, made_by TEXT NOT NULL, ended_at BIGINT,
            CHECK (length(usage) > 0 AND length(conditions) > 0 AND length(products) > 0 AND length(confidentiality) > 0
                AND length(security) > 0));
        """

    private static let projects = """
        CREATE TABLE research_projects (
            requester TEXT NOT NULL, name TEXT NOT NULL, begun_at BIGINT NOT NULL, sealed BLOB, ended_at BIGINT,
            PRIMARY KEY (requester, name), CHECK ((sealed IS NULL) = (ended_at IS NOT NULL)));
        CREATE TABLE research_consents (
            dataset TEXT NOT NULL, requester TEXT NOT NULL, project TEXT NOT NULL, person BLOB NOT NULL CHECK (length(person) = 16),
            is_given INTEGER NOT NULL CHECK (is_given IN (0, 1)), at BIGINT NOT NULL,
            PRIMARY KEY (dataset, requester, project, person));
        """

    private static let accesses = """
        CREATE TABLE research_accesses (
            id INTEGER PRIMARY KEY, at BIGINT NOT NULL, requester TEXT NOT NULL, staff TEXT NOT NULL, project TEXT NOT NULL,
            dataset TEXT NOT NULL, agreement TEXT NOT NULL, outcome TEXT NOT NULL, persons BIGINT NOT NULL, row_count BIGINT NOT NULL);
        CREATE INDEX research_accesses_by_outcome ON research_accesses (outcome, id);
        CREATE TRIGGER research_accesses_fixed BEFORE UPDATE ON research_accesses BEGIN SELECT RAISE(ABORT, 'a note never changes'); END;
        CREATE TRIGGER research_accesses_kept BEFORE DELETE ON research_accesses BEGIN SELECT RAISE(ABORT, 'a note is kept'); END;
        """
}
