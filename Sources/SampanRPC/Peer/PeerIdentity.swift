/// Whom a node's certificate names: `spiffe://<trust-domain>/<role>/<institution-code>/<node>` (SPIFFE-ID §2; design.md,
/// Identity and trust). Parsed once per connection from the only URI name of the verified certificate.
public struct PeerIdentity: Sendable, Hashable {
    /// What a node is in the region; policy speaks in these.
    public enum Role: String, Sendable, Hashable, CaseIterable {
        case platform, hospital, center, gateway, ferry, admin, app
        /// Finance staff who close days and resolve breaks; the certificate's node name is a person's.
        case settlement
    }

    /// Lower-case letters, digits, dot, dash and underscore; 1 to 255 of them.
    public let trustDomain: String
    public let role: Role
    /// Code of the institution the certificate was issued to: 1 to 32 of `0-9 A-Z a-z . _ -`.
    public let institution: String
    /// Name of the node in its institution, same alphabet, 1 to 64.
    public let node: String

    public init(trustDomain: String, role: Role, institution: String, node: String) throws(PeerIdentityError) {
        guard (1...255).contains(trustDomain.utf8.count), trustDomain.utf8.allSatisfy(Self.isTrustDomainByte) else {
            throw .badTrustDomain
        }
        guard (1...32).contains(institution.utf8.count), Self.isSegment(institution) else {
            throw .badInstitution
        }
        guard (1...64).contains(node.utf8.count), Self.isSegment(node) else { throw .badNode }
        self.trustDomain = trustDomain
        self.role = role
        self.institution = institution
        self.node = node
    }

    /// Reads a URI name of a certificate.
    public init(uri: String) throws(PeerIdentityError) {
        let scheme = "spiffe://"
        guard uri.utf8.count <= 2048, uri.hasPrefix(scheme) else { throw .notSPIFFE }
        let parts = uri.dropFirst(scheme.count).split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 4 else { throw .wrongPath }
        guard let role = Role(rawValue: String(parts[1])) else { throw .unknownRole }
        try self.init(trustDomain: String(parts[0]), role: role, institution: String(parts[2]), node: String(parts[3]))
    }

    /// The name as it stands in the certificate.
    public var uri: String { "spiffe://\(trustDomain)/\(role.rawValue)/\(institution)/\(node)" }

    private static func isTrustDomainByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
            UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }

    /// Relative segments are no segments (SPIFFE-ID §2.2).
    private static func isSegment(_ text: String) -> Bool {
        text != "." && text != ".." && text.utf8.allSatisfy(isSegmentByte)
    }

    private static func isSegmentByte(_ byte: UInt8) -> Bool {
        isTrustDomainByte(byte) || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
    }
}

/// Why a name is not a node's identity.
public enum PeerIdentityError: Error, Sendable, Hashable {
    case notSPIFFE, wrongPath, unknownRole, badTrustDomain, badInstitution, badNode
}

extension PeerIdentity: CustomStringConvertible {
    public var description: String { uri }
}
