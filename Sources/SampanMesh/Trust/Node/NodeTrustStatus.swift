package import SampanDomain
package import SampanRPC

/// How a node stands, at a moment.
package struct NodeTrustStatus: Sendable, Hashable {
    package let identity: PeerIdentity
    /// Of the epoch in force; 0 and none before the first.
    package internal(set) var epochNumber: UInt64 = 0
    package internal(set) var epochHash: [UInt8] = []
    /// When it was made, by the authority's clock; nil before the first.
    package internal(set) var epochIssuedAt: UnixTime?
    /// How long nobody has said that this epoch is the newest, in nanoseconds; 0 while the platform's stream is there.
    package internal(set) var silenceNanoseconds: Int64 = 0
    /// Of the certificate that is shown: serial number (big endian), key identifier of its issuer, last moment.
    package internal(set) var serial: [UInt8] = []
    package internal(set) var issuerKeyID: [UInt8] = []
    package internal(set) var certificateEndsAt: UnixTime
    /// Own clock minus the authority's, in nanoseconds; nil before the authority was heard.
    package internal(set) var skewNanoseconds: Int64?
    /// Whether the stream to the platform is there.
    package internal(set) var isConnected = false
    package internal(set) var connections = 0
    package internal(set) var streams = 0
    package internal(set) var warnings: [NodeTrustWarning] = []
}
