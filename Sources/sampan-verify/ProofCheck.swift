import SampanCrypto

/// Checks of files with one proof. Each tells in words what holds, or throws.
struct ProofCheck {
    let trust: ChainVerifier?
    /// A head that was kept elsewhere; nil for none.
    let known: TreeHead?
    /// The resident's own key; nil: the pseudonym in the file is believed.
    let personKey: [UInt8]?

    func inclusion(_ proof: ProtoFields) throws(VerifyError) -> String {
        guard let entry = try proof.message(1), let head = try proof.message(2) else { throw .unreadable("no entry, or no tree head") }
        let (shown, tree) = (try Entry(entry), try TreeHead(head))
        let root = try Hashes.root(try Hashes.leaf(shown.hash), shown.number - 1, size: tree.size, proof.all(3).map(Array.init))
        try require(root == tree.treeRoot, "entry \(shown.number) is not in the tree of \(tree.size) entries")
        return "entry \(shown.number) is in the log of \(try told(tree))\n\(shown.line)"
    }

    func consistency(_ proof: ProtoFields) throws(VerifyError) -> String {
        guard let first = try proof.message(1), let second = try proof.message(2) else { throw .unreadable("a tree head is missing") }
        let (older, newer) = (try TreeHead(first), try TreeHead(second))
        try require(try older.signer(trust) == newer.signer(trust), "the two tree heads were signed by different nodes")
        let goesOn = try Hashes.isConsistent(older, newer, proof.all(3).map(Array.init))
        try require(goesOn, "of the \(older.size) entries something was changed or taken away in the log of \(newer.size)")
        return "the log of \(try told(newer)) goes on from the one of \(older.size) entries"
    }

    func readers(_ file: ProtoFields) throws(VerifyError) -> String {
        guard let proof = try file.message(1), let head = try proof.message(1) else { throw .unreadable("no proof, or no tree head") }
        let (tree, person, count) = (try TreeHead(head), try proof.hash(2), proof.number(3))
        if let personKey { try require(try Hashes.pseudonym(personKey) == person, "the list is of another person than the key") }
        var entries: [Entry] = []
        for bytes in file.all(2) { entries.append(try Entry(try ProtoFields(bytes))) }
        try require(try mapRoot(proof, person) == tree.peopleRoot, "the count of entries is not the one that was signed")
        try require(UInt64(entries.count) == count, "there are \(count) entries about this person, and the file has \(entries.count)")
        var (chain, last) = (Hashes.nothing, UInt64(0))
        for entry in entries {
            try require(entry.person == person, "entry \(entry.number) is not about this person")
            try require(entry.number > last && entry.number <= tree.size, "entry \(entry.number) is in a wrong place")
            (chain, last) = (try Hashes.chain(chain, entry.hash), entry.number)
        }
        try require(chain == proof.bytes(4), "these are not the entries that were signed: one was left out or replaced")
        let key = personKey == nil ? " (whose pseudonym was not checked: no --person-key)" : ""
        let first = "\(count) entries are all there are about this person\(key) in the log of \(try told(tree))"
        return ([first] + entries.map(\.line)).joined(separator: "\n")
    }

    func head(_ fields: ProtoFields) throws(VerifyError) -> String { "a tree head over \(try told(try TreeHead(fields)))" }

    private func mapRoot(_ proof: ProtoFields, _ person: [UInt8]) throws(VerifyError) -> [UInt8] {
        let siblings = proof.all(5).map { $0.isEmpty ? Hashes.nothing : Array($0) }
        guard (16...256).contains(siblings.count), siblings.allSatisfy({ $0.count == 32 }) else {
            throw .unreadable("the way through the map of persons is none")
        }
        var root = Hashes.nothing
        if proof.number(3) > 0 {
            root = try Hashes.person(person, proof.number(3), try proof.hash(4))
        } else if !proof.bytes(6).isEmpty {
            let other = try proof.hash(6)
            let isHere = other != person && siblings.indices.allSatisfy { Hashes.bit(other, $0) == Hashes.bit(person, $0) }
            try require(isHere, "the person who stands in this place of the map belongs elsewhere")
            root = try Hashes.person(other, proof.number(7), try proof.hash(8))
        }
        for (depth, sibling) in siblings.enumerated().reversed() {
            root = Hashes.bit(person, depth) ? try Hashes.branch(sibling, root) : try Hashes.branch(root, sibling)
        }
        return root
    }

    private func told(_ head: TreeHead) throws(VerifyError) -> String {
        let signer = try head.signer(trust)
        if let known, known.size == head.size { _ = try head.isSame(as: known) }
        return
            "\(head.size) entries that \(signer) signed at \(Entry.utc(head.at))\(trust == nil ? " (signer not checked: no --trust)" : "")"
    }
}
