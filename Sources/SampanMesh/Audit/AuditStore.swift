internal import SampanCrypto
internal import SampanStorage

/// The rows of an audit log.
enum AuditStore {
    static let schema = Schema(
        name: "audit",
        migrations: [
            Migration(
                "entries, heads and their signers",
                """
                CREATE TABLE entries (
                    number BIGINT NOT NULL PRIMARY KEY CHECK (number >= 1),
                    previous_hash BLOB NOT NULL, record BLOB NOT NULL, hash BLOB NOT NULL);
                CREATE TABLE heads (
                    number BIGINT NOT NULL PRIMARY KEY, head BLOB NOT NULL, signer BLOB NOT NULL);
                CREATE TABLE signers (
                    fingerprint BLOB NOT NULL, position INTEGER NOT NULL, certificate BLOB NOT NULL,
                    PRIMARY KEY (fingerprint, position));
                """),
            treeHeads,
        ])
    /// As logs were before they had tree heads: they are read as they are.
    static let firstSchema = Schema(name: schema.name, migrations: Array(schema.migrations.prefix(1)))

    /// Puts entries on at the end, with the head over them. `fingerprint`: of the signer's leaf, by which the head finds its certificates.
    static func append(
        _ entries: [AuditEntry], _ head: AuditHead, _ bareHead: [UInt8], fingerprint: [UInt8], _ tx: borrowing Transaction
    ) throws {
        for entry in entries {
            try tx.execute(
                "INSERT INTO entries (number, previous_hash, record, hash) VALUES (?, ?, ?, ?)",
                .integer(Int64(entry.number)), .blob(entry.previousHash), .blob(entry.record), .blob(entry.hash))
        }
        for (position, certificate) in head.signerChain.enumerated() {
            try tx.execute(
                "INSERT INTO signers (fingerprint, position, certificate) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
                .blob(fingerprint), .integer(Int64(position)), .blob(certificate))
        }
        try tx.execute(
            "INSERT INTO heads (number, head, signer) VALUES (?, ?, ?)", .integer(Int64(head.number)), .blob(bareHead), .blob(fingerprint))
    }

    /// The last entry; nil for none.
    static func last(_ tx: borrowing Transaction) throws -> AuditEntry? {
        try tx.first("SELECT number, previous_hash, record, hash FROM entries ORDER BY number DESC LIMIT 1") { try entry($0) }
    }

    /// The last head; nil for none.
    static func lastHead(_ tx: borrowing Transaction) throws -> AuditHead? {
        let row = try tx.first("SELECT head, signer FROM heads ORDER BY number DESC LIMIT 1") { (try $0.blob(0), try $0.blob(1)) }
        guard let row else { return nil }
        return try head(row.0, chain: try chain(row.1, tx))
    }

    /// Hands every entry, from the first on, to `body`, each with the heads over it where there are any.
    static func forEach(
        _ tx: borrowing Transaction, trees: Bool, _ body: (AuditEntry, AuditHead?, AuditTreeHead?) throws -> Void
    ) throws {
        var chains: [[UInt8]: [[UInt8]]] = [:]
        let rows = try tx.rows("SELECT fingerprint, certificate FROM signers ORDER BY fingerprint, position") {
            (try $0.blob(0), try $0.blob(1))
        }
        for (fingerprint, certificate) in rows { chains[fingerprint, default: []].append(certificate) }
        try tx.forEach(
            trees ? entriesWithTrees : entriesAlone
        ) { row in
            let head = try row.optionalBlob(4).map { try Self.head($0, chain: chains[try row.blob(5)] ?? []) }
            let tree = try row.optionalBlob(6).map {
                try AuditTreeHead(serialized: $0).with(signerChain: chains[try row.blob(7)] ?? [])
            }
            try body(try entry(row), head, tree)
        }
    }

    private static let entriesAlone = """
        SELECT e.number, e.previous_hash, e.record, e.hash, h.head, h.signer, NULL, NULL
        FROM entries e LEFT JOIN heads h ON h.number = e.number ORDER BY e.number
        """
    private static let entriesWithTrees = """
        SELECT e.number, e.previous_hash, e.record, e.hash, h.head, h.signer, t.head, t.signer
        FROM entries e LEFT JOIN heads h ON h.number = e.number LEFT JOIN tree_heads t ON t.size = e.number ORDER BY e.number
        """

    static func chain(_ fingerprint: [UInt8], _ tx: borrowing Transaction) throws -> [[UInt8]] {
        try tx.rows("SELECT certificate FROM signers WHERE fingerprint = ? ORDER BY position", .blob(fingerprint)) { try $0.blob(0) }
    }

    private static func head(_ bytes: [UInt8], chain: [[UInt8]]) throws -> AuditHead {
        let bare = try AuditHead(serialized: bytes)
        return AuditHead(number: bare.number, hash: bare.hash, at: bare.at, signature: bare.signature, signerChain: chain)
    }

    static func entry(_ row: borrowing Row) throws -> AuditEntry {
        AuditEntry(
            number: UInt64(clamping: try row.int64(0)), previousHash: try row.blob(1), record: try row.blob(2), hash: try row.blob(3))
    }
}
