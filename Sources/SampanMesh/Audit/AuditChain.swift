package import SampanCrypto
internal import SampanDomain

/// Reads a log from its first entry to its end, and finds the first thing that is wrong with it: with its entries (`HashChain`), and with
/// the heads that are signed over them. No I/O; entries and heads are given in the order in which they lie.
///
/// A chain cannot see that its end is missing where the heads over it are missing too: whoever can rewrite the whole file can take it back
/// to an older state of itself. What is written down elsewhere (`HashChainMark`) shows that as well.
package struct AuditChain {
    private var entries: HashChain<AuditChainKind>
    /// The last entry that was taken; 0 for none.
    package var number: UInt64 { entries.number }
    package var hash: [UInt8] { entries.hash }
    /// The last entry that a head was seen over.
    package private(set) var signedNumber: UInt64 = 0
    /// Whom the certificates name that have signed; nil before the first head.
    package private(set) var signer: String?
    /// The last entry that a tree head was seen over.
    package private(set) var treeSize: UInt64 = 0
    private var frontier = AuditFrontier()
    private var people = AuditPeopleMap()
    private let trust: ChainVerifier?
    /// Leaves that were found good, by their DER, and until when.
    private var believed: [[UInt8]: CertificateValidity] = [:]

    /// - Parameters:
    ///   - trust: verifies the chains of signers; nil believes each, and only looks whether it has signed.
    ///   - mark: where the log is known to have been.
    package init(trust: ChainVerifier? = nil, mark: HashChainMark? = nil) {
        self.trust = trust
        entries = HashChain(mark: mark)
    }

    /// Takes the next entry. Throws the fault, after which nothing more is to be asked.
    package mutating func take(_ entry: AuditEntry) throws(AuditFault) {
        do throws(HashChainFault) { try entries.take(entry) } catch { throw .chain(error) }
        try grow(entry)
    }

    private mutating func grow(_ entry: AuditEntry) throws(AuditFault) {
        do throws(AuditError) {
            try frontier.take(entry.hash)
            if let person = AuditPersonScan.person(in: entry.record) { try people.take(entry.hash, number: entry.number, about: person) }
        } catch {
            throw .chain(.library)
        }
    }

    /// Takes a tree head over the last entry that was taken.
    /// - Parameter checksPeople: whether its map of persons is computed, some microseconds a person: enough for the last head of a log,
    ///   since nobody but the signer can have made another.
    package mutating func take(_ head: AuditTreeHead, checksPeople: Bool) throws(AuditFault) {
        guard head.size <= number else { throw .chain(.cutShort(after: number)) }
        guard head.size == number, head.hash == hash else { throw .chain(.replaced(head.size)) }
        do throws(CryptoError) { try head.verify() } catch { throw .forgedHead(head.size) }
        let name = try name(of: head.size, head.signerChain)
        if let signer, signer != name { throw .otherSigner(head.size, name) }
        try believe(head.size, head.signerChain, at: head.at.seconds)
        let (tree, persons): ([UInt8]?, [UInt8]?)
        do throws(AuditError) {
            (tree, persons) = (try frontier.root(), checksPeople ? try people.root() : nil)
        } catch {
            throw .chain(.library)
        }
        guard tree == head.treeRoot, people.count == head.people, persons.map({ $0 == head.peopleRoot }) ?? true else {
            throw .otherTree(head.size)
        }
        treeSize = number
    }

    /// Takes a head over the last entry that was taken.
    package mutating func take(_ head: AuditHead) throws(AuditFault) {
        guard head.number <= number else { throw .chain(.cutShort(after: number)) }
        guard head.number == number, head.hash == hash else { throw .chain(.replaced(head.number)) }
        do throws(CryptoError) { try head.verify() } catch { throw .forgedHead(head.number) }
        let name = try name(of: head.number, head.signerChain)
        if let signer, signer != name { throw .otherSigner(head.number, name) }
        signer = name
        try believe(head.number, head.signerChain, at: head.at.seconds)
        signedNumber = number
    }

    /// The log ends here. `lastHead`: number of the last head that there is, taken or not.
    package func finish(lastHead: UInt64?) throws(AuditFault) {
        if let lastHead, lastHead > number { throw .chain(.cutShort(after: number)) }
        try AuditFault.translating(entries.finish)
        if signedNumber < number { throw .unsigned(signedNumber + 1) }
    }

    private func name(of number: UInt64, _ signers: [[UInt8]]) throws(AuditFault) -> String {
        guard let der = signers.first, let leaf = try? Certificate(der: der),
            let name = leaf.alternativeNames?.uris.first
        else { throw .unknownSigner(number, "its certificate names no node") }
        return name
    }

    private mutating func believe(_ number: UInt64, _ signers: [[UInt8]], at seconds: Int64) throws(AuditFault) {
        guard let trust, let der = signers.first else { return }
        // No issuer signs past its own end, so what was good once is good for the leaf's life.
        if let life = believed[der], (life.notBefore...life.notAfter).contains(seconds) { return }
        do {
            let chain = try signers.map { der throws(CryptoError) in try Certificate(der: der) }
            _ = try trust.verify(chain[0], intermediates: Array(chain.dropFirst()), at: seconds, for: .client)
            believed[der] = chain[0].validity
        } catch {
            throw .unknownSigner(number, "\(error)")
        }
    }
}

extension AuditChain {
    /// Verifies a log that lies in memory: entries and heads as they were kept. Throws the first fault.
    @discardableResult
    package static func verify(
        _ entries: [AuditEntry], heads: [AuditHead], trust: ChainVerifier? = nil, mark: HashChainMark? = nil
    ) throws(AuditFault) -> AuditChain {
        var chain = AuditChain(trust: trust, mark: mark)
        var heads = heads[...]
        for (index, entry) in entries.enumerated() {
            do throws(HashChainFault) { try chain.entries.take(entry) } catch {
                throw .chain(HashChain.refined(error, entry, entries[index...]))
            }
            try chain.grow(entry)
            while let head = heads.first, head.number <= chain.number {
                try chain.take(head)
                heads.removeFirst()
            }
        }
        try chain.finish(lastHead: heads.last?.number)
        return chain
    }
}
