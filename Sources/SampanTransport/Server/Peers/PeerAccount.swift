internal import Synchronization

/// What all connections of one institution hold together, over all loops: bytes that wait, and bytes by which windows have grown.
///
/// Sendable: numbers are atomic, the list is behind a lock.
final class PeerAccount: Sendable {
    private let heldLimit: Int
    private let growthLimit: Int
    private let held = Atomic<Int>(0)
    private let growth = Atomic<Int>(0)
    /// Whether a connection has been asked to let go of something and has not done so yet.
    private let isShedding = Atomic<Bool>(false)
    /// By identity: thousands may leave at a time.
    private let shares = Mutex<[ObjectIdentifier: PeerShare]>([:])

    init(heldLimit: Int, growthLimit: Int) {
        self.heldLimit = heldLimit
        self.growthLimit = growthLimit
    }

    var heldBytes: Int { held.load(ordering: .relaxed) }
    var grownBytes: Int { growth.load(ordering: .relaxed) }

    /// Takes a connection in; false when there are as many as there may be.
    func join(_ share: PeerShare, limit: Int) -> Bool {
        shares.withLock { shares in
            guard shares.count < limit else { return false }
            shares[ObjectIdentifier(share)] = share
            return true
        }
    }

    /// True when that was the last.
    func leave(_ share: PeerShare) -> Bool {
        shares.withLock { shares in
            shares[ObjectIdentifier(share)] = nil
            return shares.isEmpty
        }
    }

    /// Counts what a connection holds more (or less), and has the connection that holds most let go of a call when it is too much.
    func count(held bytes: Int) {
        guard held.add(bytes, ordering: .relaxed).newValue > heldLimit else { return }
        shedIfNeeded()
    }

    /// The connection that was asked has done so, and said what it holds now.
    func hasShed() {
        isShedding.store(false, ordering: .releasing)
        if heldBytes > heldLimit { shedIfNeeded() }
    }

    private func shedIfNeeded() {
        guard !isShedding.exchange(true, ordering: .acquiringAndReleasing) else { return }
        let heaviest = shares.withLock { shares in shares.values.max { $0.heldBytes < $1.heldBytes } }
        guard let heaviest, heaviest.heldBytes > 0 else {
            isShedding.store(false, ordering: .releasing)
            return
        }
        heaviest.askToShed()
    }

    /// Takes room for windows; false when there is not so much. None is given either while the half of what may be held is held: wider
    /// windows would only bring more.
    func takeGrowth(_ bytes: Int) -> Bool {
        guard heldBytes <= heldLimit / 2 else { return false }
        guard growth.add(bytes, ordering: .relaxed).newValue <= growthLimit else {
            growth.subtract(bytes, ordering: .relaxed)
            return false
        }
        return true
    }

    func giveBackGrowth(_ bytes: Int) { growth.subtract(bytes, ordering: .relaxed) }
}
