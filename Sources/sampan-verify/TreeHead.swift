import SampanCrypto

/// A signed tree head: sampan.audit.v1.AuditTreeHead.
struct TreeHead {
    let size: UInt64
    let hash: [UInt8]
    let at: Int64
    let treeRoot: [UInt8]
    let peopleRoot: [UInt8]
    let people: UInt64
    private let signature: [UInt8]
    private let signerChain: [[UInt8]]

    init(_ fields: ProtoFields) throws(VerifyError) {
        (size, hash, at, people) = (fields.number(1), try fields.hash(2), try fields.time(3), fields.number(6))
        (treeRoot, peopleRoot) = (try fields.hash(4), try fields.hash(5))
        (signature, signerChain) = (fields.bytes(7), fields.all(8).map(Array.init))
        guard (1...UInt64(Int64.max)).contains(size), signerChain.count <= 4 else { throw .unreadable("a tree head of no size or signer") }
    }

    /// Whom the certificate names that has signed. Throws unless it has, and `trust` believes it.
    func signer(_ trust: ChainVerifier?) throws(VerifyError) -> String {
        do throws(CryptoError) {
            let chain = try Certificate.list(signerChain)
            guard let leaf = chain.first, let name = leaf.alternativeNames?.uris.first else {
                throw CryptoError(.badDER, "nobody is named")
            }
            let bytes = [
                Hashes.bigEndian(size), hash, Hashes.bigEndian(UInt64(bitPattern: at)), treeRoot, peopleRoot, Hashes.bigEndian(people),
            ]
            try DetachedSignature.verify(signature, try SignatureDomain("sampan audit tree head v1"), Array(bytes.joined()), by: leaf)
            if let trust { try Self.believe(chain, at: at / 1_000_000_000, trust) }
            return name
        } catch {
            throw .broken("the tree head over \(size) entries is not signed by whom it says, or that signer is not believed: \(error)")
        }
    }

    private static func believe(_ chain: [Certificate], at seconds: Int64, _ trust: ChainVerifier) throws(CryptoError) {
        do { _ = try trust.verify(chain[0], intermediates: Array(chain.dropFirst()), at: seconds, for: .client) } catch {
            throw CryptoError(.badDER, "\(error)")
        }
    }

    /// True; throws where a head of the same size has other roots.
    func isSame(as known: TreeHead) throws(VerifyError) -> Bool {
        try require(treeRoot == known.treeRoot && peopleRoot == known.peopleRoot, "the log is another one than that of the known head")
        return true
    }
}
