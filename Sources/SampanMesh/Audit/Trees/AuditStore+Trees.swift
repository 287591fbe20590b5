internal import SampanCrypto
internal import SampanStorage

/// Tree heads among the rows of an audit log, and what sealing reads of it.
extension AuditStore {
    static let treeHeads = Migration(
        "tree heads",
        "CREATE TABLE tree_heads (size BIGINT NOT NULL PRIMARY KEY CHECK (size >= 1), head BLOB NOT NULL, signer BLOB NOT NULL);")

    /// Keeps a head with the certificates of its signer; one that is there stays.
    static func append(_ head: AuditTreeHead, _ tx: borrowing Transaction) throws {
        guard let leaf = head.signerChain.first else { throw AuditError.malformed("a tree head without a signer") }
        let fingerprint = try SHA256.hash(leaf)
        for (position, certificate) in head.signerChain.enumerated() {
            try tx.execute(
                "INSERT INTO signers (fingerprint, position, certificate) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
                .blob(fingerprint), .integer(Int64(position)), .blob(certificate))
        }
        try tx.execute(
            "INSERT INTO tree_heads (size, head, signer) VALUES (?, ?, ?) ON CONFLICT DO NOTHING", .integer(Int64(clamping: head.size)),
            .blob(try head.with(signerChain: []).serialized()), .blob(fingerprint))
    }

    /// The newest; nil for none.
    static func lastTreeHead(_ tx: borrowing Transaction) throws -> AuditTreeHead? {
        try treeHead("SELECT head, signer FROM tree_heads ORDER BY size DESC LIMIT 1", [], tx)
    }

    /// The first over more entries than `size`; nil for none.
    static func treeHead(after size: UInt64, _ tx: borrowing Transaction) throws -> AuditTreeHead? {
        try treeHead(
            "SELECT head, signer FROM tree_heads WHERE size > ? ORDER BY size LIMIT 1", [.integer(Int64(clamping: size))], tx)
    }

    private static func treeHead(_ sql: String, _ values: [SQLValue], _ tx: borrowing Transaction) throws -> AuditTreeHead? {
        let row = try tx.first(sql, values) { (try $0.blob(0), try $0.blob(1)) }
        guard let row else { return nil }
        return try AuditTreeHead(serialized: row.0).with(signerChain: try chain(row.1, tx))
    }

    /// Hash of an entry; nil where there is none.
    static func hash(of number: UInt64, _ tx: borrowing Transaction) throws -> [UInt8]? {
        try tx.first("SELECT hash FROM entries WHERE number = ?", .integer(Int64(clamping: number))) { try $0.blob(0) }
    }

    static func entry(_ number: UInt64, _ tx: borrowing Transaction) throws -> AuditEntry? {
        try tx.first(
            "SELECT number, previous_hash, record, hash FROM entries WHERE number = ?", .integer(Int64(clamping: number))
        ) { try entry($0) }
    }

    /// The next so many.
    static func entries(after number: UInt64, limit: UInt64, _ tx: borrowing Transaction) throws -> [AuditEntry] {
        try tx.rows(
            "SELECT number, previous_hash, record, hash FROM entries WHERE number > ? ORDER BY number LIMIT ?",
            .integer(Int64(clamping: number)), .integer(Int64(clamping: limit))
        ) { try entry($0) }
    }
}
