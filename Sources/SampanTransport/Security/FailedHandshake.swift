package import SampanCrypto

/// A connection over TLS that failed: why, and whose certificate was seen.
package struct FailedHandshake: Sendable, Hashable {
    package let explanation: HandshakeExplanation
    /// What the peer has shown, be it refused or not; nil where it did not get so far.
    package let certificate: ShownCertificate?
    /// TLS broke on a connection whose handshake had succeeded.
    package let isAfterHandshake: Bool

    init(_ explanation: HandshakeExplanation, certificate: ShownCertificate?, isAfterHandshake: Bool) {
        self.explanation = explanation
        self.certificate = certificate
        self.isAfterHandshake = isAfterHandshake
    }
}
