internal import SampanAPI
internal import Synchronization

/// Epochs that were signed lately, so that one of megabytes is not read and signed for each of a hundred nodes.
final class SignedEpochs: Sendable {
    private struct Entry {
        let signer: [UInt8]
        let newest: UInt64
        let epoch: TrustV1.SignedTrustEpoch
    }

    /// Epochs that are kept: what nodes that follow at different paces ask for. Four of at most 4 MB.
    private static let limit = 4
    private let entries = Mutex<[UInt64: Entry]>([:])

    /// One that this signer has signed while `newest` was the newest: with today's bridges.
    func epoch(_ number: UInt64, signer: [UInt8], newest: UInt64) -> TrustV1.SignedTrustEpoch? {
        entries.withLock { entries in
            guard let entry = entries[number], entry.signer == signer, entry.newest == newest else { return nil }
            return entry.epoch
        }
    }

    func keep(_ epoch: TrustV1.SignedTrustEpoch, _ number: UInt64, signer: [UInt8], newest: UInt64) {
        entries.withLock { entries in
            entries[number] = Entry(signer: signer, newest: newest, epoch: epoch)
            while entries.count > Self.limit, let oldest = entries.keys.min() { entries[oldest] = nil }
        }
    }
}
