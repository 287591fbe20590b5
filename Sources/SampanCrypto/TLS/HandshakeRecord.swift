/// What the callbacks of one handshake leave for the connection that runs it, and the question that is asked only on that
/// connection. The SSL object holds its address without owning it; the connection owns it.
final class HandshakeRecord {
    /// Let go when the handshake ends, whatever it holds on to.
    var expecting: ((PeerCertificate) -> Bool)?
    var refusal: TLSError?
    var peer: PeerCertificate?
    /// What was refused.
    var shown: ShownCertificate?

    init(expecting: ((PeerCertificate) -> Bool)?) {
        self.expecting = expecting
    }
}
