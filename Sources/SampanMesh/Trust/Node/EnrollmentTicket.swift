internal import SampanCrypto

/// What an admin hands to the person who sets a node up: a one-time token, and the root by which the node knows the authority.
///
/// `sampan-enroll-v1.<token>.<root>`, both parts base64url without padding (RFC 4648 §5). Whoever has the text can enrol in the node's
/// place: it is a secret until it was used, or has expired.
package struct EnrollmentTicket: Sendable, Hashable {
    /// 32 bytes.
    package let token: [UInt8]
    /// The root's certificate (DER).
    package let root: [UInt8]

    private static let prefix = "sampan-enroll-v1"
    private static let tokenBytes = 32
    /// Characters of a text that is looked at. 24,000: a certificate of 16 KiB and the token.
    private static let textLimit = 24_000
    /// As in epochs.
    private static let rootLimit = 16_384

    /// Throws unless the token has 32 bytes, and the root is a certificate that may sign others.
    package init(token: [UInt8], root: [UInt8]) throws(EnrollmentError) {
        guard token.count == Self.tokenBytes else { throw EnrollmentError(.badTicket, "the token has not \(Self.tokenBytes) bytes") }
        guard (1...Self.rootLimit).contains(root.count), let certificate = try? Certificate(der: root), certificate.isAuthority else {
            throw EnrollmentError(.badTicket, "the root in it is no authority's certificate")
        }
        self.token = token
        self.root = root
    }

    /// Reads the text; white space around it does not count. The error never repeats any of it.
    package init(text: String) throws(EnrollmentError) {
        let bare = text.utf8.drop { Self.isSpace($0) }
        guard text.utf8.count <= Self.textLimit else { throw EnrollmentError(.badTicket, "it is too long") }
        var bytes = Array(bare)
        while let last = bytes.last, Self.isSpace(last) { bytes.removeLast() }
        let parts = bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].elementsEqual(Self.prefix.utf8) else {
            throw EnrollmentError(.badTicket, "it does not read \(Self.prefix).TOKEN.ROOT; was all of it copied?")
        }
        guard let token = Base64URL.decode(parts[1]), let root = Base64URL.decode(parts[2]) else {
            throw EnrollmentError(.badTicket, "a part of it is not base64url; was it changed on the way?")
        }
        try self.init(token: token, root: root)
    }

    /// The text that `init(text:)` reads.
    package var text: String { "\(Self.prefix).\(Base64URL.encode(token)).\(Base64URL.encode(root))" }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
}
