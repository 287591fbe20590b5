package import SampanRPC
internal import Synchronization

/// Whom a node refuses now. Asked within every handshake, and once after each change by every connection that lives.
///
/// A call compares one number (`generation`) with the one at which its connection was last let in; only when they differ is the question
/// asked. Safe from any thread.
package final class AdmissionGate: Sendable {
    /// Why a peer is refused: the status that its calls end with; nil for one that is let in. Called on loops: a look-up, no waiting.
    package typealias Question = @Sendable (VerifiedPeer) -> RPCError?

    private let changes = Atomic<Int>(0)
    private let question = Mutex<Question?>(nil)

    package init() {}

    /// Counts the changes. A connection reads it before it asks, so that a change in between is noticed at its next call.
    var generation: Int { changes.load(ordering: .acquiring) }

    /// Why a peer is refused now.
    package func denial(of peer: VerifiedPeer) -> RPCError? {
        // Copied: the question is not asked under the lock, or loops would wait for each other.
        let question = question.withLock { $0 }
        return question?(peer)
    }

    /// Puts another question from now on; nil lets everybody in.
    func replace(with question: Question?) {
        self.question.withLock { current in
            current = question
            changes.add(1, ordering: .releasing)
        }
    }
}
