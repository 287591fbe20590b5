package import SampanCrypto
package import SampanRPC
internal import Synchronization

/// Whom a node refuses now. Asked within every handshake, and once after each change by every connection that lives.
///
/// A call compares one number (`generation`) with the one at which its connection was last let in; only when they differ is the question
/// asked. Safe from any thread.
package final class AdmissionGate: Sendable {
    /// Why a peer is refused: the status that its calls end with; nil for one that is let in. Called on loops: a look-up, no waiting.
    package typealias Question = @Sendable (VerifiedPeer) -> RPCError?

    /// The same of a peer that shakes hands; `role` is this side's.
    package typealias NewcomerQuestion = @Sendable (VerifiedPeer, _ role: TLSRole) -> RPCError?

    private struct Questions {
        /// Of every peer.
        var all: Question?
        /// Of peers that shake hands, besides.
        var newcomers: NewcomerQuestion?
        var confinement: Confinement?
    }

    /// What a peer may call that is let in for one thing only; nil for one that may call whatever the policy says. Called on loops.
    package typealias Confinement = @Sendable (VerifiedPeer) -> ConfinedPeer?

    private let changes = Atomic<Int>(0)
    private let questions = Mutex(Questions())

    package init() {}

    /// Counts the changes. A connection reads it before it asks, so that a change in between is noticed at its next call.
    var generation: Int { changes.load(ordering: .acquiring) }

    /// The same number, for whoever keeps what was asked of the gate.
    package var changeCount: Int { generation }

    /// Why a peer is refused now.
    package func denial(of peer: VerifiedPeer) -> RPCError? {
        // Copied: the question is not asked under the lock, or loops would wait for each other.
        let question = questions.withLock { $0.all }
        return question?(peer)
    }

    /// Why a peer that shakes hands now is refused.
    func denial(ofNewcomer peer: VerifiedPeer, _ role: TLSRole) -> RPCError? {
        let questions = questions.withLock { $0 }
        return questions.all?(peer) ?? questions.newcomers?(peer, role)
    }

    /// Why a node is not believed about a caller of its: it would not be let in itself, or the caller is denied by name.
    package func refusal(ofSigner signer: VerifiedPeer, caller: PeerIdentity) -> RPCError? {
        denial(ofNewcomer: signer, .server) ?? denial(of: VerifiedPeer(naming: caller, under: signer))
    }

    /// What a peer that is let in is confined to.
    func confinement(of peer: VerifiedPeer) -> ConfinedPeer? {
        let confinement = questions.withLock { $0.confinement }
        return confinement?(peer)
    }

    /// Puts other questions from now on; nil lets everybody in.
    func replace(with all: Question?, newcomers: NewcomerQuestion? = nil, confinement: Confinement? = nil) {
        questions.withLock { current in
            current = Questions(all: all, newcomers: newcomers, confinement: confinement)
            changes.add(1, ordering: .releasing)
        }
    }
}

/// What a peer that is let in for one thing only may call.
package struct ConfinedPeer: Sendable {
    /// Paths of methods, for example `/sampan.trust.v1.TrustService/Renew`.
    package let methods: Set<String>
    /// How calls of others end.
    package let status: RPCError

    package init(methods: Set<String>, status: RPCError) {
        self.methods = methods
        self.status = status
    }
}
