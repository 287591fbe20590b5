import SampanMesh

/// Signs and verifies epochs without cryptography: a signature is the hash of what is signed and by whom; a bridge is bytes that name two
/// roots. What counts is that it refuses what a real one would.
struct FakeSigner: EpochVerifier {
    static let signer = Array("signer".utf8)

    /// The bridge by which those who trust `old` believe `new`.
    static func bridge(to new: [UInt8], from old: [UInt8]) -> [UInt8] { Array("bridge".utf8) + [0] + new + [0] + old }

    static func sign(_ bytes: [UInt8], root: [UInt8], bridges: [[UInt8]] = [], as signer: [UInt8] = Self.signer) throws -> SignedEpoch {
        let signature = try SignedEpoch.hash(SignedEpoch.signaturePrefix + bytes + signer)
        return try SignedEpoch(epoch: bytes, signature: signature, signerChain: [signer, root] + bridges)
    }

    func verify(_ signed: SignedEpoch, roots: [[UInt8]]) throws(EpochSignerError) {
        let chain = signed.signerChain
        guard chain.count >= 2, chain[0] == Self.signer else { throw .notASigner }
        guard (try? SignedEpoch.hash(signed.signedBytes + chain[0])) == signed.signature else { throw .badSignature }
        var reached = [chain[1]]
        // The newest bridge last: walked backwards, each reaches one root further back.
        for bridge in chain.dropFirst(2).reversed() {
            let ends = bridge.split(separator: 0).map(Array.init)
            if ends.count == 3, reached.contains(ends[1]) { reached.append(ends[2]) }
        }
        guard !Set(reached).isDisjoint(with: roots) else { throw .untrustedChain("no root of this chain is trusted") }
    }
}
