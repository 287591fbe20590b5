internal import SampanMesh
internal import SampanTransport
internal import Synchronization

/// Puts the policies of epochs in force at a node whose policy and server are made later than its trust.
final class EpochPolicy: Sendable {
    private struct Place {
        let policy: LivePolicy
        let server: GRPCServer
    }

    private let place = Mutex<Place?>(nil)

    /// Before the node's trust is run.
    func set(_ policy: LivePolicy, _ server: GRPCServer) { place.withLock { $0 = Place(policy: policy, server: server) } }

    /// What the node's trust asks. A text that is no policy, or would lock the region out, is refused with the epoch that brings it;
    /// streams that a new policy does not admit end.
    var nodePolicy: NodePolicy {
        var nodePolicy = NodePolicy()
        nodePolicy.check = { [self] text in
            guard let policy = place.withLock({ $0?.policy }) else { return nil }
            do throws(PolicyRefusal) {
                _ = try policy.try(text: text)
                return nil
            } catch {
                return error.description
            }
        }
        nodePolicy.use = { [self] text in
            guard let place = place.withLock({ $0 }), let trial = try? place.policy.try(text: text), trial.hash != place.policy.hash else {
                return
            }
            place.policy.take(trial)
            Task { await place.server.endStreams { place.policy.denial(of: $0) } }
        }
        return nodePolicy
    }
}
