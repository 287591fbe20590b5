/// The other end of a connection. Shared by all calls of the connection, so a copy is one reference.
public struct Peer: Sendable, Hashable {
    private final class Storage: Sendable, Hashable {
        let address: String
        let identity: PeerIdentity?
        let certificateHash: [UInt8]

        init(_ address: String, _ identity: PeerIdentity?, _ certificateHash: [UInt8]) {
            self.address = address
            self.identity = identity
            self.certificateHash = certificateHash
        }

        static func == (left: Storage, right: Storage) -> Bool {
            left.address == right.address && left.identity == right.identity && left.certificateHash == right.certificateHash
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

    /// SHA-256 of the certificate (DER) that the caller's connection showed, 32 bytes: of this connection, or of the caller's own to the
    /// first node of a call that was passed on. Empty where nobody says.
    package var certificateHash: [UInt8] { storage.certificateHash }

    /// Whether both are copies of one value. False says nothing; true costs one comparison.
    package func isIdentical(to other: Peer) -> Bool { storage === other.storage }

    /// Whether both are of one institution, or neither has shown any. Copies of one peer are, without a look at its text.
    package func isOfSameInstitution(_ other: Peer) -> Bool {
        storage === other.storage || storage.identity?.institution == other.storage.identity?.institution
    }

    public init(address: String, identity: PeerIdentity? = nil) {
        storage = Storage(address, identity, [])
    }

    /// For the transport: with the certificate that names the identity.
    package init(address: String, identity: PeerIdentity?, certificateHash: [UInt8]) {
        storage = Storage(address, identity, certificateHash)
    }
}
