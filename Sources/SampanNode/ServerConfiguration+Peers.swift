internal import Logging
internal import SampanMesh
internal import SampanTransport

extension ServerConfiguration {
    /// The default limits, and whom a node's file lets come from where. Whoever is refused for that is logged.
    init(peers: PeerAllowList?, log: Logger) {
        self.init()
        addressGate = peers?.gate { peer, host in
            log.warning("a peer came from an address that is not listed", metadata: ["peer": "\(peer)", "address": "\(host)"])
        }
    }
}
