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
    }

    /// Takes a head over the last entry that was taken.
    package mutating func take(_ head: AuditHead) throws(AuditFault) {
        guard head.number <= number else { throw .chain(.cutShort(after: number)) }
        guard head.number == number, head.hash == hash else { throw .chain(.replaced(head.number)) }
        do throws(CryptoError) { try head.verify() } catch { throw .forgedHead(head.number) }
        let name = try name(of: head)
        if let signer, signer != name { throw .otherSigner(head.number, name) }
        signer = name
        try believe(head)
        signedNumber = number
    }

    /// The log ends here. `lastHead`: number of the last head that there is, taken or not.
    package func finish(lastHead: UInt64?) throws(AuditFault) {
        if let lastHead, lastHead > number { throw .chain(.cutShort(after: number)) }
        try AuditFault.translating(entries.finish)
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
        _ entries: [AuditEntry], heads: [AuditHead], trust: ChainVerifier? = nil, mark: HashChainMark? = nil
    ) throws(AuditFault) -> AuditChain {
        var chain = AuditChain(trust: trust, mark: mark)
        var heads = heads[...]
        for (index, entry) in entries.enumerated() {
            do throws(HashChainFault) { try chain.entries.take(entry) } catch {
                throw .chain(HashChain.refined(error, entry, entries[index...]))
            }
            while let head = heads.first, head.number <= chain.number {
                try chain.take(head)
                heads.removeFirst()
            }
        }
        try chain.finish(lastHead: heads.last?.number)
        return chain
    }
}
