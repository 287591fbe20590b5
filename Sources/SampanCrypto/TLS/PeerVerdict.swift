/// What is said, within a handshake, about a peer whose chain, dates, purpose and trust domain are in order.
package enum PeerVerdict: Sendable, Hashable {
    case admitted
    /// A rule of ours does not admit its name.
    case refused
    /// Its certificate, node or institution is denied; it is told so by TLS's own alert. What is said here goes into our own record only.
    case revoked(String)
}
