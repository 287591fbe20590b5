internal import Logging
internal import SampanMesh
internal import SampanTransport
internal import Synchronization

/// Whom a node lets come from where, replaced while it serves: counts for connections that are made from then on. Safe from any thread.
final class LivePeers: Sendable {
    /// Nil: from anywhere.
    private let current: Mutex<PeerAllowList?>

    init(_ list: PeerAllowList?) { current = Mutex(list) }

    func replace(with list: PeerAllowList?) { current.withLock { $0 = list } }

    /// As a server asks. Whoever is refused is logged.
    func gate(log: Logger) -> AddressGate {
        AddressGate(isKnown: { [self] host in current.withLock { $0 }?.knows(host) ?? true }) { [self] peer, host in
            guard let refusal = current.withLock({ $0 })?.refusal(of: peer, from: host) else { return nil }
            log.warning("a peer came from an address that is not listed", metadata: ["peer": "\(peer)", "address": "\(host)"])
            return refusal
        }
    }
}
