package import SampanAPI
internal import SampanStorage

/// Makes proofs out of a log and its index. Each function reads a handful of rows, whatever the log's length, and the entries that it
/// shows.
enum AuditProver {
    /// That an entry is in the tree of the newest head. Throws `notSealed`.
    static func inclusion(
        of number: UInt64, log: borrowing Transaction, index: borrowing Transaction
    ) throws -> AuditV1.AuditInclusionProof {
        guard let entry = try AuditStore.entry(number, log), let head = try AuditIndexStore.head(index), number <= head.size else {
            throw AuditError.notSealed(number)
        }
        var tree = AuditTree(size: head.size)
        let path = try tree.inclusionPath(number - 1) { try AuditIndexStore.tile($0, index) }
        return AuditV1.AuditInclusionProof(entry: entry.message, head: head.message, path: path)
    }

    /// That the tree of the first `older` entries is the beginning of that of `head`. Throws `notSealed`.
    static func consistency(
        _ older: UInt64, with head: AuditTreeHead, index: borrowing Transaction
    ) throws -> [[UInt8]] {
        guard (1...head.size).contains(older) else { throw AuditError.notSealed(older) }
        var tree = AuditTree(size: head.size)
        return try tree.consistencyPath(older) { try AuditIndexStore.tile($0, index) }
    }

    /// How many entries there are about a person, and the hash over them, by the newest head; and their numbers, newest first. Throws
    /// `notSealed(0)` for a log without a head.
    static func readers(
        of person: AuditPseudonym, index: borrowing Transaction
    ) throws -> (proof: AuditV1.AuditReadersProof, numbers: [UInt64]) {
        guard let head = try AuditIndexStore.head(index) else { throw AuditError.notSealed(0) }
        let page = AuditPeoplePage.number(of: person.bytes)
        let upper = try AuditPeopleTop.siblings(try AuditIndexStore.top(AuditPeopleTop.topTile, index), page / 256)
        let lower = try AuditPeopleTop.siblings(try AuditIndexStore.top(page / 256, index), page % 256)
        let (rest, leaf) = try AuditIndexStore.page(page, index).path(person.bytes)
        var proof = AuditV1.AuditReadersProof(
            head: head.message, person: person.bytes, count: 0, chain: AuditHash.nothing,
            siblings: (upper + lower + rest).map { $0 == AuditHash.nothing ? [] : $0 })
        guard let leaf else { return (proof, []) }
        guard leaf.person == person.bytes else {
            (proof.otherPerson, proof.otherCount, proof.otherChain) = (leaf.person, leaf.state.count, leaf.state.chain)
            return (proof, [])
        }
        (proof.count, proof.chain) = (leaf.state.count, leaf.state.chain)
        var numbers: [UInt64] = []
        var number = leaf.state.last
        while number > 0 {
            numbers.append(number)
            guard UInt64(numbers.count) <= leaf.state.count else { throw AuditError.indexDamaged("links go in a circle") }
            number = try AuditIndexStore.previous(of: number, index)
        }
        guard UInt64(numbers.count) == leaf.state.count else { throw AuditError.indexDamaged("links end early") }
        return (proof, numbers)
    }
}

extension HashChainEntry<AuditChainKind> {
    /// As the contract has it.
    package var message: AuditV1.AuditEntry {
        AuditV1.AuditEntry(number: number, previousHash: previousHash, record: record, hash: hash)
    }
}
