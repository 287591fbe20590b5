internal import SampanCrypto
package import SampanDomain
internal import SampanRPC

/// Checks the signers of epochs with OpenSSL: signature, purpose, role, dates, and a chain to one of the roots. Some 70 µs for each
/// certificate of the chain. Safe from any task.
///
/// Who missed changes of the root follows by the bridges: each certifies the key of a newer root, which is then believed as the older one
/// is. Step by step, and not as one long chain, so that what a bridge says about the length of chains holds for each step alone.
package struct ChainEpochVerifier: EpochVerifier {
    private let wall: @Sendable () -> UnixTime

    /// The domain of signatures: with it the signed bytes begin as `SignedEpoch.signaturePrefix` says.
    package static let domain = "sampan trust epoch v1"

    /// `wall`: the node's clock; certificates are judged at what it says.
    package init(wall: @escaping @Sendable () -> UnixTime) { self.wall = wall }

    package func verify(_ signed: SignedEpoch, roots: [[UInt8]]) throws(EpochSignerError) {
        let now = wall().seconds
        let chain = try Self.certificates(signed.signerChain, "the signer's chain")
        guard let signer = chain.first else { throw .untrustedChain("it is empty") }
        guard signer.purposes == .epochSigner else { throw .notASigner }
        do throws(CryptoError) {
            try DetachedSignature.verify(signed.signature, SignatureDomain(Self.domain), signed.bytes, by: signer)
        } catch {
            throw .badSignature
        }
        try Self.verify(signer, Array(chain.dropFirst()), try Self.certificates(roots, "a trusted root"), at: now)
        guard let uri = signer.alternativeNames?.uris.first, let identity = try? PeerIdentity(uri: uri), identity.role == .platform,
            identity.trustDomain == signed.epoch.trustDomain
        else { throw .notASigner }
    }

    private static func verify(
        _ signer: Certificate, _ above: [Certificate], _ roots: [Certificate], at now: Int64
    ) throws(EpochSignerError) {
        do throws(ChainError) {
            do throws(ChainError) {
                _ = try verifier(roots).verify(signer, intermediates: above, at: now, for: .epochSigner)
            } catch {
                let reached = bridged(above, from: roots, at: now)
                guard !reached.isEmpty else { throw error }
                _ = try verifier(roots + reached).verify(signer, intermediates: above, at: now, for: .epochSigner)
            }
        } catch {
            if error.reason == .wrongPurpose { throw .notASigner }
            throw .untrustedChain(error.description)
        }
    }

    /// Roots among `certificates` to which bridges lead from `trusted`.
    private static func bridged(_ certificates: [Certificate], from trusted: [Certificate], at now: Int64) -> [Certificate] {
        let crossed = BridgeCrossing.crossed(certificates, from: trusted, at: now)
        return certificates.filter { root in
            BridgeCrossing.isRoot(root) && crossed.contains { $0.subject == root.subject && $0.certifiesSameKey(as: root) }
        }
    }

    private static func verifier(_ roots: [Certificate]) throws(ChainError) -> ChainVerifier {
        do throws(CryptoError) { return try ChainVerifier(roots: roots) } catch { throw ChainError(.library, at: 0, error.detail) }
    }

    private static func certificates(_ list: [[UInt8]], _ what: String) throws(EpochSignerError) -> [Certificate] {
        var certificates: [Certificate] = []
        for der in list {
            do throws(CryptoError) { certificates.append(try Certificate(der: der)) } catch {
                throw .untrustedChain("\(what): \(error.detail)")
            }
        }
        return certificates
    }
}
