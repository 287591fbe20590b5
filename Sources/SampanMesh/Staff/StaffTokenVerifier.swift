internal import SampanCrypto
package import SampanDomain
package import SampanRPC
package import SampanTransport
internal import Synchronization

/// Believes, or does not, that a member of staff acts. What is costly (chain and signature) is remembered until the node's credentials or
/// whom the region refuses change; audience, time, certificate and standing are looked at for every call. Safe from any thread.
///
/// ```
/// bytes ──limits, fields──► parts ──chain to a root──► signer ──P-256, signature──► ──own institution's node, not denied──► kept
/// kept ──audience, life, time──► ──certificate and institution of the caller──► ──standing──► StaffIdentity
/// ```
package final class StaffTokenVerifier: Sendable {
    private struct Believed {
        let token: StaffToken
        /// When the signer's certificate ends, in seconds since 1970.
        let signerEnd: Int64
    }

    private struct Memory {
        var trust: (credentials: Int, gate: Int) = (0, 0)
        var believed: [[UInt8]: Believed] = [:]
        /// The last: callers mostly repeat themselves.
        var last: (signed: [UInt8], believed: Believed)?
    }

    /// What is remembered at the most. 4,096 tokens of 2 KB: 8 MB; beyond, all is looked at anew.
    private static let limit = 4_096

    private let credentials: LiveCredentials
    private let standing: StandingBoard
    private let wall: @Sendable () -> UnixTime
    private let memory = Mutex(Memory())

    /// - Parameters:
    ///   - credentials: of the node that verifies: its roots, its region's refusals and its institution.
    ///   - standing: what the registry says of institutions and staff.
    package init(_ credentials: LiveCredentials, standing: StandingBoard, wall: @escaping @Sendable () -> UnixTime) {
        self.credentials = credentials
        self.standing = standing
        self.wall = wall
    }

    /// Who acts in a call of `peer`. Some 300 µs for the first call with a token, then some 2.
    package func staff(_ signed: [UInt8], of peer: Peer) throws(StaffTokenRefusal) -> StaffIdentity {
        let now = wall()
        let believed = try believed(signed, now)
        guard now.seconds <= believed.signerEnd else { throw .untrusted }
        let token = believed.token
        try token.check(audience: credentials.identity.institution, at: now)
        guard let identity = peer.identity, ConstantTime.equal(peer.certificateHash, token.certificateHash) else { throw .binding }
        guard identity.institution == token.institution else { throw .institution }
        try standing.check(token.institution, token.staffID, token.roles, at: now)
        return StaffIdentity(
            institution: token.institution, staffID: token.staffID, roles: token.roles, tokenID: token.id, issuedAt: token.issuedAt,
            expiresAt: token.expiresAt)
    }

    private func believed(_ signed: [UInt8], _ now: UnixTime) throws(StaffTokenRefusal) -> Believed {
        // Before anything is hashed or kept.
        guard signed.count <= StaffToken.longestSigned else { throw .malformed }
        // Read first: what changes while it is looked at is noticed by the next call.
        let trust = (credentials: credentials.generation, gate: credentials.gate.changeCount)
        let known = memory.withLock { memory -> Believed? in
            if memory.trust != trust { memory = Memory(trust: trust) }
            if let last = memory.last, last.signed == signed { return last.believed }
            guard let believed = memory.believed[signed] else { return nil }
            memory.last = (signed, believed)
            return believed
        }
        if let known { return known }
        let believed = try verify(signed, now)
        memory.withLock { memory in
            guard memory.trust == trust else { return }
            if memory.believed.count >= Self.limit { memory.believed = [:] }
            memory.believed[signed] = believed
        }
        return believed
    }

    private func verify(_ signed: [UInt8], _ now: UnixTime) throws(StaffTokenRefusal) -> Believed {
        let (token, bytes, signature, chain) = try StaffToken.parts(signed)
        let signer = try signer(chain, now)
        let domain: SignatureDomain
        do throws(CryptoError) { domain = try SignatureDomain(StaffToken.domain) } catch { throw .library }
        do throws(CryptoError) {
            try DetachedSignature.verify(signature, domain, bytes, by: signer.certificate)
        } catch {
            switch error.reason {
            case .unsupportedKey: throw .algorithm
            case .authenticationFailed: throw .signature
            default: throw .library
            }
        }
        guard StaffToken.may(signer.peer.identity, signFor: token.institution) else { throw .signer }
        guard credentials.gate.refusal(ofSigner: signer.peer, caller: signer.peer.identity) == nil else { throw .denied }
        return Believed(token: token, signerEnd: signer.peer.certificate.validity.notAfter)
    }

    private func signer(
        _ chain: [[UInt8]], _ now: UnixTime
    ) throws(StaffTokenRefusal) -> (certificate: Certificate, peer: VerifiedPeer) {
        let current = credentials.credentials
        do {
            let certificates = try Certificate.list(chain)
            guard let leaf = certificates.first else { throw StaffTokenRefusal.malformed }
            // Told apart from what is not trusted: a chain over such a key could be made by the region's own authority.
            guard leaf.keyKind == .p256 else { throw StaffTokenRefusal.algorithm }
            let verified = try ChainVerifier(roots: current.roots).verify(
                leaf, intermediates: Array(certificates.dropFirst()), at: now.seconds, for: .client)
            guard let peer = PeerCertificate(leaf, issuers: verified.issuers).flatMap({ VerifiedPeer($0) }),
                peer.identity.trustDomain == current.identity.trustDomain
            else { throw StaffTokenRefusal.untrusted }
            return (leaf, peer)
        } catch let refusal as StaffTokenRefusal {
            throw refusal
        } catch {
            throw .untrusted
        }
    }
}
