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
        let above = Array(chain.dropFirst())
        var trusted = try Self.certificates(roots, "a trusted root")
        trusted += Self.bridged(above, from: trusted, at: now)
        do throws(ChainError) {
            _ = try Self.verifier(trusted).verify(signer, intermediates: above, at: now, for: .epochSigner)
        } catch {
            if error.reason == .wrongPurpose { throw .notASigner }
            throw .untrustedChain(error.description)
        }
        guard let uri = signer.alternativeNames?.uris.first, let identity = try? PeerIdentity(uri: uri), identity.role == .platform,
            identity.trustDomain == signed.epoch.trustDomain
        else { throw .notASigner }
    }

    /// Roots among `certificates` to which bridges lead from those that are trusted.
    private static func bridged(_ certificates: [Certificate], from trusted: [Certificate], at now: Int64) -> [Certificate] {
        let bridges = certificates.filter { $0.isAuthority && !isRoot($0) }
        var candidates = certificates.filter { isRoot($0) && !trusted.contains($0) }
        var reached: [Certificate] = []
        var isGrowing = true
        while isGrowing, !candidates.isEmpty {
            isGrowing = false
            guard let verifier = try? verifier(trusted + reached) else { return reached }
            for candidate in candidates {
                let leading = bridges.filter { $0.subject == candidate.subject && $0.certifiesSameKey(as: candidate) }
                let isReached = leading.contains {
                    (try? verifier.verify($0, intermediates: bridges, at: now, for: .authority)) != nil
                }
                guard isReached else { continue }
                reached.append(candidate)
                candidates.removeAll { $0 == candidate }
                isGrowing = true
            }
        }
        return reached
    }

    /// Signed by its own key, as far as its key identifiers say; that it is so is what the verification finds.
    private static func isRoot(_ certificate: Certificate) -> Bool {
        certificate.isAuthority && certificate.isSelfIssued
            && (certificate.issuerKeyID.isEmpty || certificate.issuerKeyID == certificate.subjectKeyID)
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
