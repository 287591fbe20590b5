internal import SampanCrypto
internal import SampanSiege

extension RawSocket {
    /// Reads until the peer ends it: what its alert says, where there is one in the clear, or that it closed.
    func answer() -> HandshakeResult? {
        guard let bytes = readToEnd() else { return nil }
        var start = 0
        // Records: type, version, length.
        while bytes.count >= start + 5 {
            let length = Int(bytes[start + 3]) << 8 | Int(bytes[start + 4])
            if bytes[start] == 21, length == 2, bytes.count >= start + 7 { return HandshakeResult(TLSAlert(rawValue: bytes[start + 6])) }
            start += 5 + length
        }
        return .peerConnectionClosed
    }

    /// A fatal alert in the clear.
    func alert(_ code: UInt8) {
        write([21, 3, 3, 0, 2, 2, code])
    }
}
