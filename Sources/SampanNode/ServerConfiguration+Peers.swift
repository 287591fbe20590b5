internal import Logging
internal import SampanMesh
internal import SampanTransport

extension ServerConfiguration {
    /// The default limits, those of load that a node's file has, and whom it lets come from where. Whoever is refused for that is logged.
    init(peers: PeerAllowList?, limits: LoadLimits, log: Logger) {
        self.init()
        load = limits
        addressGate = peers?.gate { peer, host in
            log.warning("a peer came from an address that is not listed", metadata: ["peer": "\(peer)", "address": "\(host)"])
        }
    }
}
