internal import Foundation

/// What a node of the harness is told at its start: a JSON file.
struct TrafficPlan: Codable, Sendable {
    struct Peer: Codable, Sendable, Hashable {
        /// Its name (`PeerIdentity.node`).
        let name: String
        let port: UInt16
    }

    /// The node's trust folder.
    let folder: String
    /// Ports of 127.0.0.1.
    let port: UInt16
    let controlPort: UInt16
    let platformPort: UInt16
    /// Whom it calls.
    let peers: [Peer]
    /// Calls under way at once to each peer.
    let callers: Int
    /// From the end of one call to the next of the same caller, in microseconds.
    let pauseMicroseconds: Int
    /// Divides the times over which a node spreads what it does for a rollover.
    let haste: Int

    init(
        folder: String, port: UInt16, controlPort: UInt16, platformPort: UInt16, peers: [Peer], callers: Int, pauseMicroseconds: Int,
        haste: Int
    ) {
        self.folder = folder
        self.port = port
        self.controlPort = controlPort
        self.platformPort = platformPort
        self.peers = peers
        self.callers = callers
        self.pauseMicroseconds = pauseMicroseconds
        self.haste = haste
    }

    init(file: String) throws {
        self = try JSONDecoder().decode(Self.self, from: Data(contentsOf: URL(fileURLWithPath: file)))
    }

    func write(to file: String) throws {
        try JSONEncoder().encode(self).write(to: URL(fileURLWithPath: file))
    }
}
