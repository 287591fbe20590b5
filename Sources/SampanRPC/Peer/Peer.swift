/// The other end of a connection.
public struct Peer: Sendable, Hashable {
    /// Numeric address and port, for example `127.0.0.1:50051` or `[::1]:50051`.
    public var address: String
    /// Who the verified certificate names; nil without mutual TLS.
    public var identity: PeerIdentity?

    public init(address: String, identity: PeerIdentity? = nil) {
        self.address = address
        self.identity = identity
    }
}
