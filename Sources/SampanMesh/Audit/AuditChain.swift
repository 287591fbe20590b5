package import SampanCrypto
internal import SampanDomain

/// Reads a log from its first entry to its end, and finds the first thing that is wrong with it. No I/O; entries and heads are given in the
/// order in which they lie.
///
/// A chain cannot see that its end is missing where the heads over it are missing too: whoever can rewrite the whole file can take it back
/// to an older state of itself. What is written down elsewhere (`Mark`, on paper if need be) shows that as well.
package struct AuditChain {
    /// Where a log is known to have been: an entry's number and hash, kept elsewhere.
    package struct Mark: Sendable, Hashable {
        package let number: UInt64
        package let hash: [UInt8]

        package init(number: UInt64, hash: [UInt8]) {
            self.number = number
            self.hash = hash
        }
    }

    /// The last entry that was taken; 0 for none.
    package private(set) var number: UInt64 = 0
    package private(set) var hash = AuditEntry.noHash
    /// The last entry that a head was seen over.
    package private(set) var signedNumber: UInt64 = 0
    /// Whom the certificates name that have signed; nil before the first head.
    package private(set) var signer: String?
    private let trust: ChainVerifier?
    private let mark: Mark?
    /// Leaves that were found good, by their DER, and until when.
    private var believed: [[UInt8]: CertificateValidity] = [:]

    /// - Parameters:
    ///   - trust: verifies the chains of signers; nil believes each, and only looks whether it has signed.
    ///   - mark: where the log is known to have been.
    package init(trust: ChainVerifier? = nil, mark: Mark? = nil) {
        self.trust = trust
        self.mark = mark
    }

    /// Takes the next entry. Throws the fault, after which nothing more is to be asked.
    package mutating func take(_ entry: AuditEntry) throws(AuditFault) {
        let expected = number + 1
        guard entry.number == expected else { throw entry.number < expected ? .inserted(entry.number) : .dropped(expected) }
        guard try entry.computedHash() == entry.hash else { throw .changed(expected) }
        guard entry.previousHash == hash else { throw .replaced(expected) }
        if let mark, mark.number == expected, mark.hash != entry.hash { throw .replaced(expected) }
        (number, hash) = (expected, entry.hash)
    }

    /// Takes a head over the last entry that was taken.
    package mutating func take(_ head: AuditHead) throws(AuditFault) {
        guard head.number <= number else { throw .cutShort(after: number) }
        guard head.number == number, head.hash == hash else { throw .replaced(head.number) }
        do throws(CryptoError) { try head.verify() } catch { throw .forgedHead(head.number) }
        let name = try name(of: head)
        if let signer, signer != name { throw .otherSigner(head.number, name) }
        signer = name
        try believe(head)
        signedNumber = number
    }

    /// The log ends here. `lastHead`: number of the last head that there is, taken or not.
    package func finish(lastHead: UInt64?) throws(AuditFault) {
        if let lastHead, lastHead > number { throw .cutShort(after: number) }
        if let mark, mark.number > number { throw .cutShort(after: number) }
        if signedNumber < number { throw .unsigned(signedNumber + 1) }
    }

    private func name(of head: AuditHead) throws(AuditFault) -> String {
        guard let der = head.signerChain.first, let leaf = try? Certificate(der: der),
            let name = leaf.alternativeNames?.uris.first
        else { throw .unknownSigner(head.number, "its certificate names no node") }
        return name
    }

    private mutating func believe(_ head: AuditHead) throws(AuditFault) {
        guard let trust, let der = head.signerChain.first else { return }
        let seconds = head.at.seconds
        // No issuer signs past its own end, so what was good once is good for the leaf's life.
        if let life = believed[der], (life.notBefore...life.notAfter).contains(seconds) { return }
        do {
            let chain = try head.signerChain.map { der throws(CryptoError) in try Certificate(der: der) }
            _ = try trust.verify(chain[0], intermediates: Array(chain.dropFirst()), at: seconds, for: .client)
            believed[der] = chain[0].validity
        } catch {
            throw .unknownSigner(head.number, "\(error)")
        }
    }
}

extension AuditChain {
    /// Verifies a log that lies in memory: entries and heads as they were kept. Throws the first fault.
    @discardableResult
    package static func verify(
        _ entries: [AuditEntry], heads: [AuditHead], trust: ChainVerifier? = nil, mark: Mark? = nil
    ) throws(AuditFault) -> AuditChain {
        var chain = AuditChain(trust: trust, mark: mark)
        var heads = heads[...]
        for (index, entry) in entries.enumerated() {
            do throws(AuditFault) { try chain.take(entry) } catch { throw refined(error, entry, entries[index...]) }
            while let head = heads.first, head.number <= chain.number {
                try chain.take(head)
                heads.removeFirst()
            }
        }
        try chain.finish(lastHead: heads.last?.number)
        return chain
    }

    /// What is missing may stand further on, and what does not follow may be one too many: then it was moved, or put in.
    private static func refined(_ fault: AuditFault, _ entry: AuditEntry, _ rest: ArraySlice<AuditEntry>) -> AuditFault {
        switch fault {
        case .dropped(let number): rest.contains { $0.number == number } ? .moved(entry.number) : fault
        case .replaced(let number): rest.dropFirst().contains { $0.number == number } ? .inserted(number) : fault
        default: fault
        }
    }
}
