import SampanCrypto

/// Reads an export from its first entry to its end, in flat memory but for the persons, and holds every tree head against what stands
/// before.
struct ExportCheck: ~Copyable {
    private var input: ProofFile
    private let trust: ChainVerifier?
    private let known: TreeHead?
    private var digest: [UInt8]
    private var roots: [[UInt8]] = []
    private var first: UInt64 = 0
    private var number: UInt64 = 0
    private var hash = Hashes.nothing
    private var people: [[UInt8]: (count: UInt64, chain: [UInt8])] = [:]
    private var head: TreeHead?
    private var signer = ""
    private var heads = 0
    private var sawKnown = false

    /// - Parameter known: a head that was kept elsewhere, which the log has to go through.
    init(_ input: consuming ProofFile, trust: ChainVerifier?, known: TreeHead?) throws(VerifyError) {
        digest = try Hashes.of(Array(ProofFile.Kind.export.line.utf8))
        self.input = input
        self.trust = trust
        self.known = known
    }

    /// What was found, in words.
    mutating func run() throws(VerifyError) -> String {
        while true {
            let (kind, bytes) = try input.frame()
            if kind == UInt8(ascii: "Z") {
                try require(digest == bytes, "the file was damaged: its digest is another")
                break
            }
            digest = try Hashes.of(digest, [kind], bytes)
            switch kind {
            case UInt8(ascii: "F"): try begin(try ProtoFields(bytes[...]))
            case UInt8(ascii: "E"): try take(try Entry(try ProtoFields(bytes[...])))
            case UInt8(ascii: "T"): try take(try TreeHead(try ProtoFields(bytes[...])))
            default: throw .unreadable("a frame of a kind that is not known here")
            }
        }
        try require(try input.isAtEnd(), "something was put on behind the end")
        guard let head, head.size == number else { throw .broken("entries behind the last tree head are under no signature") }
        if let known, known.size >= first { try require(sawKnown, "cut, or taken back: a tree head over \(known.size) is known") }
        var persons = "the map of persons is not checked, since the range does not begin with entry 1"
        if first == 1 {
            let leaves = people.map { (key: $0.key, count: $0.value.count, chain: $0.value.chain) }
                .sorted { $0.key.lexicographicallyPrecedes($1.key) }
            let isRight = try Hashes.people(leaves[...]) == head.peopleRoot && UInt64(leaves.count) == head.people
            try require(isRight, "the map of persons that was signed leaves entries out, or has others")
            persons = "the map of \(leaves.count) persons is complete"
        }
        return "entries \(first) to \(number) are as they were signed, under \(heads) tree heads; \(persons); signed by \(signer)"
    }

    private mutating func begin(_ proof: ProtoFields) throws(VerifyError) {
        (number, roots) = (try proof.message(1)?.number(1) ?? 0, proof.all(3).map(Array.init))
        guard first == 0, number > 0, roots.count == number.nonzeroBitCount, roots.allSatisfy({ $0.count == 32 }) else {
            throw .unreadable("what stands before the range is no right edge of a tree")
        }
    }

    private mutating func take(_ entry: Entry) throws(VerifyError) {
        try require(entry.number == number + 1, "entry \(number + 1) is missing, or entry \(entry.number) is in a wrong place")
        try require(first == 0 && number > 0 || entry.before == hash, "entry \(entry.number) does not follow from the one before")
        if first == 0 { first = entry.number }
        (number, hash) = (entry.number, entry.hash)
        var (node, rest) = (try Hashes.leaf(entry.hash), entry.number - 1)
        while rest & 1 == 1, let left = roots.popLast() { (node, rest) = (try Hashes.node(left, node), rest >> 1) }
        roots.append(node)
        guard let person = entry.person else { return }
        let state = people[person] ?? (0, Hashes.nothing)
        people[person] = (state.count + 1, try Hashes.chain(state.chain, entry.hash))
    }

    private mutating func take(_ next: TreeHead) throws(VerifyError) {
        try require(next.size == number && next.hash == hash && first > 0, "the head over \(next.size) entries is in a wrong place")
        var root = roots.last ?? Hashes.nothing
        for left in roots.dropLast().reversed() { root = try Hashes.node(left, root) }
        try require(root == next.treeRoot, "the tree head over \(next.size) entries is of others: one of them was replaced")
        let name = try next.signer(trust)
        try require(head == nil || signer == name, "the tree head over \(next.size) entries was signed by another node: \(name)")
        if let known, known.size == next.size { sawKnown = try next.isSame(as: known) }
        (head, signer, heads) = (next, name, heads + 1)
    }
}
