internal import SampanDomain
internal import SampanStorage

/// Datasets in the file.
enum CatalogueRows {
    private static let columns =
        "code, title, part, owner, kinds, grade_ceiling, level, basis, smallest_class, version, entered_at, is_listed"

    static func newest(_ code: DatasetCode, _ tx: borrowing Transaction) throws -> (listed: ListedDataset, isListed: Bool)? {
        try tx.first(
            "SELECT \(columns) FROM catalogue_datasets WHERE code = ? ORDER BY version DESC LIMIT 1", .text(code.text), map: read)
    }

    static func page(part: CataloguePart?, after: String, limit: Int, _ tx: borrowing Transaction) throws -> [ListedDataset] {
        try tx.rows(
            """
            SELECT \(columns) FROM catalogue_datasets d WHERE code > ? AND is_listed = 1 AND (? = '' OR part = ?)
                AND version = (SELECT MAX(version) FROM catalogue_datasets n WHERE n.code = d.code) ORDER BY code LIMIT ?
            """, .text(after), .text(part?.rawValue ?? ""), .text(part?.rawValue ?? ""), .integer(Int64(limit))
        ) { try read($0).listed }
    }

    static func insert(_ listed: ListedDataset, isListed: Bool, by actor: String, _ tx: borrowing Transaction) throws {
        let dataset = listed.dataset
        try tx.execute(
            """
            INSERT INTO catalogue_datasets (code, version, is_listed, part, title, owner, kinds, grade_ceiling, level, basis,
                smallest_class, entered_at, entered_by) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """, .text(dataset.code.text), .integer(listed.version), .integer(isListed ? 1 : 0), .text(dataset.part.rawValue),
            .text(dataset.title), .text(dataset.owner.text), .text(KindList.text(dataset.kinds)), .integer(Int64(dataset.gradeCeiling)),
            .text(dataset.level.rawValue), .text(dataset.basis), .integer(Int64(dataset.smallestClass)),
            .integer(listed.enteredAt.nanoseconds), .text(actor))
    }

    private static func read(_ row: borrowing Row) throws -> (listed: ListedDataset, isListed: Bool) {
        let (code, title, part, owner) = (try row.text(0), try row.text(1), try row.text(2), try row.text(3))
        let (kinds, grade, level, basis) = (try row.text(4), try row.int64(5), try row.text(6), try row.text(7))
        let least = try row.int64(8)
        let dataset = try ResearchError.stored("an entry of the catalogue") { () throws(DomainError) in
            try Dataset(
                code: DatasetCode(code), title: title, part: CataloguePart(name: part), owner: InstitutionCode(owner, scheme: .local),
                kinds: KindList.read(kinds), gradeCeiling: Int(clamping: grade), level: OpenLevel(name: level), basis: basis,
                smallestClass: Int(clamping: least))
        }
        let listed = ListedDataset(
            dataset: dataset, version: try row.int64(9), enteredAt: UnixTime(nanoseconds: try row.int64(10)))
        return (listed, try row.int64(11) == 1)
    }
}

/// Openings in the file.
enum OpeningRows {
    private static let columns = "name, dataset, path, level, basis, valid_from, valid_until"

    static func find(_ name: String, _ tx: borrowing Transaction) throws -> DatasetOpening? {
        try tx.first("SELECT \(columns) FROM catalogue_openings WHERE name = ?", .text(name), map: read)
    }

    /// Those of a dataset that are in force.
    static func inForce(_ dataset: DatasetCode, at now: UnixTime, _ tx: borrowing Transaction) throws -> [DatasetOpening] {
        try tx.rows(
            """
            SELECT \(columns) FROM catalogue_openings WHERE dataset = ? AND valid_until > ? AND valid_from <= ? AND ended_at IS NULL
                ORDER BY name
            """, .text(dataset.text), .integer(now.nanoseconds), .integer(now.nanoseconds), map: read)
    }

    static func insert(_ opening: DatasetOpening, by actor: String, _ tx: borrowing Transaction) throws {
        try tx.execute(
            """
            INSERT INTO catalogue_openings (name, dataset, path, level, basis, opened_by, valid_from, valid_until)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            """, .text(opening.name), .text(opening.dataset.text), .text(opening.path.rawValue), .text(opening.level.rawValue),
            .text(opening.basis), .text(actor), .integer(opening.from.nanoseconds), .integer(opening.until.nanoseconds))
    }

    static func end(_ name: String, at now: UnixTime, _ tx: borrowing Transaction) throws {
        try tx.execute(
            "UPDATE catalogue_openings SET ended_at = ? WHERE name = ? AND ended_at IS NULL", .integer(now.nanoseconds), .text(name))
    }

    private static func read(_ row: borrowing Row) throws -> DatasetOpening {
        let (name, dataset, path, level) = (try row.text(0), try row.text(1), try row.text(2), try row.text(3))
        let (basis, from, until) = (try row.text(4), try row.int64(5), try row.int64(6))
        guard let way = DatasetOpening.Path(rawValue: path) else { throw ResearchError.damaged("an opening") }
        return try ResearchError.stored("an opening") { () throws(DomainError) in
            try DatasetOpening(
                name: name, dataset: DatasetCode(dataset), path: way, level: OpenLevel(name: level), basis: basis,
                from: UnixTime(nanoseconds: from), until: UnixTime(nanoseconds: until))
        }
    }
}
