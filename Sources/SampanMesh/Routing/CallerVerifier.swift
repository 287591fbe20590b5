internal import SampanAPI
internal import SampanCrypto
internal import SampanDomain
internal import SampanProtobuf
internal import SampanRPC
internal import SampanTransport
internal import Synchronization

/// Believes, or does not, who has made a call that another node has passed on. What was believed is remembered until it ends, until the
/// node's credentials change, or whom the node refuses: then everything is looked at again. Safe from any thread.
final class CallerVerifier: Sendable {
    private struct Believed {
        let caller: PeerIdentity
        let certificateHash: [UInt8]
        let signer: PeerIdentity
        let expiresAt: UnixTime
    }

    private struct Question: Hashable {
        let audience: String
        let text: String
    }

    private struct Memory {
        var trust: (credentials: Int, gate: Int) = (0, 0)
        var believed: [Question: Believed] = [:]
        /// The last: callers mostly repeat themselves, and to compare the same text with itself costs nothing.
        var last: (question: Question, believed: Believed)?
    }

    /// What is remembered at the most. 4,096, some 10 MB.
    private static let limit = 4_096

    private let credentials: LiveCredentials
    private let wall: @Sendable () -> UnixTime
    private let memory = Mutex(Memory())

    init(_ credentials: LiveCredentials, wall: @escaping @Sendable () -> UnixTime) {
        self.credentials = credentials
        self.wall = wall
    }

    /// Who the caller is, of a call to `audience` that has come over a connection of `carrier`. Some 300 µs for the first call, then below
    /// one.
    func caller(_ text: String, to audience: String, carriedBy carrier: PeerIdentity) throws(CallerRefusal) -> PeerIdentity {
        try peer(text, to: audience, carriedBy: carrier).identity
    }

    /// The same, with what the first node says of the caller's certificate: empty where it does not.
    func peer(
        _ text: String, to audience: String, carriedBy carrier: PeerIdentity
    ) throws(CallerRefusal) -> (identity: PeerIdentity, certificateHash: [UInt8]) {
        let now = wall()
        // Read first: what changes while it is looked at is noticed by the next call.
        let trust = (credentials: credentials.generation, gate: credentials.gate.changeCount)
        let question = Question(audience: audience, text: text)
        let known = memory.withLock { memory -> Believed? in
            if memory.trust != trust { memory = Memory(trust: trust) }
            if let last = memory.last, last.question == question { return last.believed }
            guard let believed = memory.believed[question] else { return nil }
            memory.last = (question, believed)
            return believed
        }
        let believed: Believed
        if let known, now < known.expiresAt.advanced(byNanoseconds: CallerAssertion.skew) {
            believed = known
        } else {
            believed = try verify(text, audience, now)
            memory.withLock { memory in
                if memory.believed.count >= Self.limit { memory.believed = [:] }
                if memory.trust == trust { memory.believed[question] = believed }
            }
        }
        guard carrier.role == .platform || carrier == believed.signer else { throw .carrier }
        return (believed.caller, believed.certificateHash)
    }

    private func verify(_ text: String, _ audience: String, _ now: UnixTime) throws(CallerRefusal) -> Believed {
        guard let bytes = Base64.decode(text: text), let message = try? MeshV1.SignedCallerAssertion(serialized: bytes),
            (1...CallerAssertion.longestChain).contains(message.signerChain.count)
        else { throw .malformed }
        let assertion = try CallerAssertion(serialized: message.assertion)
        try assertion.check(audience, at: now)
        let signer = try signer(message.signerChain, now)
        do throws(CryptoError) {
            try DetachedSignature.verify(
                message.signature, SignatureDomain(CallerAssertion.domain), message.assertion, by: signer.certificate)
        } catch {
            throw .untrusted
        }
        let identity = signer.peer.identity
        guard CallerAssertion.may(identity, speakFor: assertion.caller) else { throw .signer }
        // The caller by its name, under what vouches for it: its own certificate only the first node has seen.
        guard credentials.gate.refusal(ofSigner: signer.peer, caller: assertion.caller) == nil else { throw .denied }
        return Believed(
            caller: assertion.caller, certificateHash: assertion.certificateHash, signer: identity, expiresAt: assertion.expiresAt)
    }

    private func signer(_ chain: [[UInt8]], _ now: UnixTime) throws(CallerRefusal) -> (certificate: Certificate, peer: VerifiedPeer) {
        let current = credentials.credentials
        do {
            let certificates = try Certificate.list(chain)
            guard let leaf = certificates.first else { throw CallerRefusal.malformed }
            let verified = try ChainVerifier(roots: current.roots).verify(
                leaf, intermediates: Array(certificates.dropFirst()), at: now.seconds, for: .client)
            guard let peer = PeerCertificate(leaf, issuers: verified.issuers).flatMap({ VerifiedPeer($0) }),
                peer.identity.trustDomain == current.identity.trustDomain
            else { throw CallerRefusal.untrusted }
            return (leaf, peer)
        } catch {
            throw .untrusted
        }
    }
}
