internal import SampanCrypto
internal import SampanDomain
internal import SampanStorage

/// The rows of the index of an audit log: the tiles of its Merkle tree, the map of persons, and who of them is in which entry. All of it
/// follows from the log, and is made again from it where it is lost.
enum AuditIndexStore {
    static let schema = Schema(
        name: "audit-index",
        migrations: [
            Migration(
                "tiles, links, persons and the newest head",
                """
                CREATE TABLE state (id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1), people BIGINT NOT NULL, head BLOB NOT NULL);
                CREATE TABLE tiles (
                    level INTEGER NOT NULL, position BIGINT NOT NULL, hashes BLOB NOT NULL, PRIMARY KEY (level, position));
                CREATE TABLE links (position BIGINT NOT NULL PRIMARY KEY, previous BLOB NOT NULL);
                CREATE TABLE tops (number INTEGER NOT NULL PRIMARY KEY, roots BLOB NOT NULL);
                CREATE TABLE pages (number INTEGER NOT NULL PRIMARY KEY, persons BLOB NOT NULL);
                """)
        ])

    /// An entry as the index takes it in.
    struct Entry: Sendable {
        let number: UInt64
        let hash: [UInt8]
        /// Whom it is about; nil for nobody.
        let person: [UInt8]?
    }

    /// The newest head, with its certificates; nil for an empty index.
    static func head(_ tx: borrowing Transaction) throws -> AuditTreeHead? {
        try tx.first("SELECT head FROM state WHERE id = 1") { try AuditTreeHead(serialized: try $0.blob(0)) }
    }

    static func tile(_ tile: AuditTree.Tile, _ tx: borrowing Transaction) throws -> [UInt8]? {
        try tx.first(
            "SELECT hashes FROM tiles WHERE level = ? AND position = ?", .integer(Int64(tile.level)),
            .integer(Int64(clamping: tile.position))
        ) { try $0.blob(0) }
    }

    static func page(_ number: Int, _ tx: borrowing Transaction) throws -> AuditPeoplePage {
        try AuditPeoplePage(try tx.first("SELECT persons FROM pages WHERE number = ?", .integer(Int64(number))) { try $0.blob(0) } ?? [])
    }

    static func top(_ number: Int, _ tx: borrowing Transaction) throws -> [UInt8] {
        try tx.first("SELECT roots FROM tops WHERE number = ?", .integer(Int64(number))) { try $0.blob(0) } ?? AuditPeopleTop.emptyTile
    }

    /// Number of the entry before this one that is about the same person; 0 for none.
    static func previous(of number: UInt64, _ tx: borrowing Transaction) throws -> UInt64 {
        let (position, offset) = linkPlace(of: number)
        let bytes = try tx.first("SELECT previous FROM links WHERE position = ?", .integer(position)) { try $0.blob(0) } ?? []
        guard offset + 8 <= bytes.count else { throw AuditError.indexDamaged("the link of entry \(number) is missing") }
        return bytes[offset..<offset + 8].reduce(0) { $0 << 8 | UInt64($1) }
    }

    private static func linkPlace(of number: UInt64) -> (position: Int64, offset: Int) {
        (Int64(clamping: (number - 1) / AuditTree.tileNodes), Int((number - 1) % AuditTree.tileNodes) * 8)
    }

    /// Takes entries in that follow on what is there, and puts the head that `sign` makes of the result beside them. Nil where they do not
    /// follow: somebody else has taken them in meanwhile.
    static func advance(
        _ entries: [Entry], sign: (UInt64, [UInt8], _ tree: [UInt8], _ people: [UInt8], UInt64) throws(AuditError) -> AuditTreeHead,
        _ tx: borrowing Transaction
    ) throws -> AuditTreeHead? {
        let before = try tx.first("SELECT people, head FROM state WHERE id = 1") {
            (try $0.int64(0), try AuditTreeHead(serialized: try $0.blob(1)).size)
        }
        let size = before?.1 ?? 0
        guard let first = entries.first, let last = entries.last, first.number == size + 1 else { return nil }
        let root = try takeTree(entries, size: size, tx)
        let (people, added) = try takePeople(entries, tx)
        let count = UInt64(clamping: before?.0 ?? 0) + UInt64(added)
        let head = try sign(last.number, last.hash, root, people, count)
        try tx.execute(
            """
            INSERT INTO state (id, people, head) VALUES (1, ?, ?)
            ON CONFLICT (id) DO UPDATE SET people = excluded.people, head = excluded.head
            """,
            .integer(Int64(clamping: count)), .blob(try head.serialized()))
        return head
    }

    private static func takeTree(_ entries: [Entry], size: UInt64, _ tx: borrowing Transaction) throws -> [UInt8] {
        var tree = AuditTree(size: size)
        for entry in entries { try tree.append(entry.hash) { try tile($0, tx) } }
        for (tile, hashes) in tree.changes {
            try tx.execute(
                """
                INSERT INTO tiles (level, position, hashes) VALUES (?, ?, ?)
                ON CONFLICT (level, position) DO UPDATE SET hashes = excluded.hashes
                """,
                .integer(Int64(tile.level)), .integer(Int64(clamping: tile.position)), .blob(hashes))
        }
        return try tree.root { try tile($0, tx) } ?? AuditHash.nothing
    }

    /// Root of the map behind the entries, and how many persons are new in it.
    private static func takePeople(_ entries: [Entry], _ tx: borrowing Transaction) throws -> (root: [UInt8], added: Int) {
        var (pages, added, links) = ([Int: AuditPeoplePage](), 0, [Int64: [UInt8]]())
        for entry in entries {
            var previous: UInt64 = 0
            if let person = entry.person {
                let number = AuditPeoplePage.number(of: person)
                // Out of the dictionary while it is changed, so that nothing is copied.
                var page = try pages.removeValue(forKey: number) ?? page(number, tx)
                var state = page.find(person) ?? AuditPeoplePage.Person()
                previous = state.last
                state.count += 1
                state.chain = try AuditHash.chain(state.chain, entry.hash)
                state.last = entry.number
                if page.put(person, state) { added += 1 }
                pages[number] = page
            }
            try note(previous, of: entry.number, in: &links, tx)
        }
        for (position, previous) in links {
            try tx.execute(
                "INSERT INTO links (position, previous) VALUES (?, ?) ON CONFLICT (position) DO UPDATE SET previous = excluded.previous",
                .integer(position), .blob(previous))
        }
        return (try put(pages, tx), added)
    }

    private static func note(
        _ previous: UInt64, of number: UInt64, in links: inout [Int64: [UInt8]], _ tx: borrowing Transaction
    ) throws {
        let (position, offset) = linkPlace(of: number)
        if links[position] == nil {
            let kept = try tx.first("SELECT previous FROM links WHERE position = ?", .integer(position)) { try $0.blob(0) } ?? []
            guard kept.count == offset else { throw AuditError.indexDamaged("the links before entry \(number) are missing") }
            links[position] = kept
        }
        links[position]? += BigEndian.bytes(previous)
    }

    /// Keeps changed pages; the root of the map over all.
    private static func put(_ pages: [Int: AuditPeoplePage], _ tx: borrowing Transaction) throws -> [UInt8] {
        var tiles: [Int: [UInt8]] = [:]
        // In their order, so that the file is written from one end to the other.
        for (number, page) in pages.sorted(by: { $0.key < $1.key }) {
            try tx.execute(
                "INSERT INTO pages (number, persons) VALUES (?, ?) ON CONFLICT (number) DO UPDATE SET persons = excluded.persons",
                .integer(Int64(number)), .blob(page.bytes))
            var tile = try tiles.removeValue(forKey: number / 256) ?? top(number / 256, tx)
            AuditPeopleTop.put(try page.root(), at: number % 256, into: &tile)
            tiles[number / 256] = tile
        }
        var upper = try top(AuditPeopleTop.topTile, tx)
        for (number, tile) in tiles {
            try keep(tile, number, tx)
            AuditPeopleTop.put(try AuditPeopleTop.root(tile), at: number, into: &upper)
        }
        if !tiles.isEmpty { try keep(upper, AuditPeopleTop.topTile, tx) }
        return try AuditPeopleTop.root(upper)
    }

    private static func keep(_ tile: [UInt8], _ number: Int, _ tx: borrowing Transaction) throws {
        try tx.execute(
            "INSERT INTO tops (number, roots) VALUES (?, ?) ON CONFLICT (number) DO UPDATE SET roots = excluded.roots",
            .integer(Int64(number)), .blob(tile))
    }
}
