internal import SampanCrypto
internal import SampanDomain
internal import SampanRPC
internal import SampanTransport
internal import Synchronization

/// Speaks for the callers of a node, with what the node shows at the time. One signature serves all calls of one caller to one institution
/// for half a minute. Safe from any thread.
final class CallerSigner: Sendable {
    private struct Key: Hashable {
        let caller: PeerIdentity
        let audience: String
    }

    /// What is said of a caller.
    struct Word {
        /// Of `sampan-caller-bin`.
        let text: String
        /// Of the caller; empty where it has shown none.
        let certificateHash: [UInt8]
        fileprivate let issuedAt: UnixTime
        /// Of the credentials that it is signed with.
        fileprivate let generation: Int
    }

    /// What is kept at the most. 4,096, some 10 MB: more callers than a node has within half a minute; beyond, all is made anew.
    private static let limit = 4_096

    private let credentials: LiveCredentials
    private let wall: @Sendable () -> UnixTime
    private let made = Mutex<[Key: Word]>([:])

    init(_ credentials: LiveCredentials, wall: @escaping @Sendable () -> UnixTime) {
        self.credentials = credentials
        self.wall = wall
    }

    /// Whether a word may be said still: for half of its life, while the node shows what it was signed with. A clock that goes back ends
    /// it as well.
    func holds(_ word: Word) -> Bool {
        word.generation == credentials.generation
            && (0..<CallerAssertion.life / 2).contains(wall().nanoseconds &- word.issuedAt.nanoseconds)
    }

    /// What is said of a caller to an institution. Throws UNAUTHENTICATED for a caller whom the node does not speak for. Some 40 µs
    /// when it is made, else below one.
    /// - Parameter certificateHash: of the certificate that the caller shows. A caller that changes it is spoken for anew.
    func word(for caller: PeerIdentity, certificateHash: [UInt8] = [], to audience: String) throws(RPCError) -> Word {
        let key = Key(caller: caller, audience: audience)
        if let kept = made.withLock({ $0[key] }), kept.certificateHash == certificateHash, holds(kept) { return kept }
        let (generation, now) = (credentials.generation, wall())
        let own = credentials.credentials
        guard CallerAssertion.may(own.identity, speakFor: caller) else { throw CallerRefusal.signer.error }
        let word: Word
        do throws(CallerRefusal) {
            let assertion = CallerAssertion(caller: caller, certificateHash: certificateHash, audience: audience, issuedAt: now)
            word = Word(
                text: try assertion.signed(by: own.identityShown), certificateHash: certificateHash, issuedAt: now, generation: generation)
        } catch {
            throw error.error
        }
        made.withLock { made in
            if made.count >= Self.limit { made = [:] }
            made[key] = word
        }
        return word
    }
}
