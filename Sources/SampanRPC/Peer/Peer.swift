/// The other end of a connection. Shared by all calls of the connection, so a copy is one reference.
public struct Peer: Sendable, Hashable {
    private final class Storage: Sendable, Hashable {
        let address: String
        let identity: PeerIdentity?

        init(_ address: String, _ identity: PeerIdentity?) {
            self.address = address
            self.identity = identity
        }

        static func == (left: Storage, right: Storage) -> Bool {
            left.address == right.address && left.identity == right.identity
        }

        func hash(into hasher: inout Hasher) {
            hasher.combine(address)
            hasher.combine(identity)
        }
    }

    private let storage: Storage

    /// Numeric address and port, for example `127.0.0.1:50051` or `[::1]:50051`.
    public var address: String { storage.address }
    /// Who the verified certificate names; nil without mutual TLS.
    public var identity: PeerIdentity? { storage.identity }

    /// Whether both are copies of one value. False says nothing; true costs one comparison.
    package func isIdentical(to other: Peer) -> Bool { storage === other.storage }

    /// Whether both are of one institution, or neither has shown any. Copies of one peer are, without a look at its text.
    package func isOfSameInstitution(_ other: Peer) -> Bool {
        storage === other.storage || storage.identity?.institution == other.storage.identity?.institution
    }

    public init(address: String, identity: PeerIdentity? = nil) {
        storage = Storage(address, identity)
    }
}
