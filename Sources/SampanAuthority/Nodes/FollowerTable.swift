internal import SampanRPC
internal import Synchronization

/// The streams that live, one for each node.
final class FollowerTable: Sendable {
    private let followers = Mutex<[PeerIdentity: Follower]>([:])

    /// The newest stream of a node counts; the one before ends.
    func join(_ follower: Follower) {
        let before = followers.withLock { followers in
            defer { followers[follower.node] = follower }
            return followers[follower.node]
        }
        before?.end()
    }

    func leave(_ follower: Follower) {
        followers.withLock { followers in
            if followers[follower.node] === follower { followers[follower.node] = nil }
        }
        follower.end()
    }

    func isCurrent(_ follower: Follower) -> Bool { followers.withLock { $0[follower.node] === follower } }

    var all: [Follower] { followers.withLock { Array($0.values) } }

    func wakeAll() { for follower in all { follower.wake() } }
}
