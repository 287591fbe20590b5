/// The persons whose pseudonyms begin with the same 16 bits, as one row of bytes: sorted, 80 bytes each. A value without I/O.
struct AuditPeoplePage {
    /// How a person stands in the map.
    struct Person: Sendable, Hashable {
        /// Entries about the person.
        var count: UInt64 = 0
        /// Hash over them.
        var chain = AuditHash.nothing
        /// Number of the last of them.
        var last: UInt64 = 0
    }

    /// Bits of a pseudonym that lead to its page. 65,536 pages hold a region of two million people with some 30 in each.
    static let depth = 16

    private static let width = 80
    private(set) var bytes: [UInt8]
    private var count: Int { bytes.count / Self.width }

    static let empty = AuditPeoplePage()

    private init() { bytes = [] }

    /// Throws for bytes that are no page.
    init(_ bytes: [UInt8]) throws(AuditError) {
        guard bytes.count % Self.width == 0 else { throw .indexDamaged("a page of persons is cut") }
        self.bytes = bytes
    }

    /// The page of a pseudonym, which has 32 bytes.
    static func number(of person: [UInt8]) -> Int { Int(person[0]) << 8 | Int(person[1]) }

    /// Nil for a person who is not there.
    func find(_ person: [UInt8]) -> Person? {
        let index = place(of: person)
        guard index < count, key(index).elementsEqual(person) else { return nil }
        let start = index * Self.width
        return Person(
            count: Self.number(bytes[start + 32..<start + 40]), chain: Array(bytes[start + 40..<start + 72]),
            last: Self.number(bytes[start + 72..<start + 80]))
    }

    /// Puts a person in, or in the place of what was said before; true for one who is new.
    mutating func put(_ person: [UInt8], _ state: Person) -> Bool {
        let index = place(of: person)
        let start = index * Self.width
        let isNew = !(index < count && key(index).elementsEqual(person))
        let row = person + BigEndian.bytes(state.count) + state.chain + BigEndian.bytes(state.last)
        bytes.replaceSubrange(start..<(isNew ? start : start + Self.width), with: row)
        return isNew
    }

    /// Root of the page's subtree.
    func root() throws(AuditError) -> [UInt8] { try root(0, count, Self.depth) }

    /// What stands beside the way from the page's root to the person's place, and the leaf there; nil for none. The leaf may be another's.
    func path(_ person: [UInt8]) throws(AuditError) -> (siblings: [[UInt8]], leaf: (person: [UInt8], state: Person)?) {
        var (low, high, depth, siblings) = (0, count, Self.depth, [[UInt8]]())
        while high - low > 1 {
            let middle = split(low, high, depth)
            if Self.bit(person[...], depth) {
                siblings.append(try root(low, middle, depth + 1))
                low = middle
            } else {
                siblings.append(try root(middle, high, depth + 1))
                high = middle
            }
            depth += 1
        }
        guard high > low else { return (siblings, nil) }
        let found = Array(key(low))
        return (siblings, find(found).map { (found, $0) })
    }

    private func root(_ low: Int, _ high: Int, _ depth: Int) throws(AuditError) -> [UInt8] {
        if high == low { return AuditHash.nothing }
        if high - low == 1 {
            let start = low * Self.width
            return try AuditHash.person(key(low), Self.number(bytes[start + 32..<start + 40]), bytes[start + 40..<start + 72])
        }
        // Two equal keys would never part; the bytes come from a file.
        guard depth < 256 else { throw .indexDamaged("a person stands twice in a page") }
        let middle = split(low, high, depth)
        return try AuditHash.branch(try root(low, middle, depth + 1), try root(middle, high, depth + 1))
    }

    /// The first of those from `low` to before `high` whose bit is set.
    private func split(_ low: Int, _ high: Int, _ depth: Int) -> Int {
        var (low, high) = (low, high)
        while low < high {
            let middle = (low + high) / 2
            if Self.bit(key(middle), depth) { high = middle } else { low = middle + 1 }
        }
        return low
    }

    private func place(of person: [UInt8]) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if key(middle).lexicographicallyPrecedes(person) { low = middle + 1 } else { high = middle }
        }
        return low
    }

    private func key(_ index: Int) -> ArraySlice<UInt8> { bytes[index * Self.width..<index * Self.width + 32] }

    private static func bit(_ key: ArraySlice<UInt8>, _ depth: Int) -> Bool {
        key[key.startIndex + depth / 8] >> UInt8(7 - depth % 8) & 1 == 1
    }

    private static func number(_ bytes: ArraySlice<UInt8>) -> UInt64 { bytes.reduce(0) { $0 << 8 | UInt64($1) } }
}
