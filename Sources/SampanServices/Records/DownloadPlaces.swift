internal import Synchronization

/// Records that are taken along at once: each holds its list in memory until it is through.
final class DownloadPlaces: Sendable {
    static let most = 8

    private let taken = Mutex(0)

    /// False when all are taken.
    func take() -> Bool {
        taken.withLock { taken in
            guard taken < Self.most else { return false }
            taken += 1
            return true
        }
    }

    func giveBack() { taken.withLock { $0 -= 1 } }
}
