/// What both ends of a connection have shown: what it hangs on.
package struct ConnectionTrust: Sendable, Hashable {
    /// Whom the certificate at the other end names.
    package let peer: VerifiedPeer
    /// SHA-256 of the certificate that has issued the one which this end has shown, perhaps not that which it would show now; nil where a
    /// root has.
    package let shownIssuer: [UInt8]?
}
