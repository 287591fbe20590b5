/// What the callbacks of one handshake leave for the connection that runs it, and the question that is asked only on that
/// connection. The SSL object holds its address without owning it; the connection owns it.
final class HandshakeRecord {
    let expecting: ((PeerCertificate) -> Bool)?
    var refusal: TLSError?
    var peer: PeerCertificate?

    init(expecting: ((PeerCertificate) -> Bool)?) {
        self.expecting = expecting
    }
}
