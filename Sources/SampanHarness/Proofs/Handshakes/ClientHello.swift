/// A ClientHello written by hand (RFC 8446 §4.1.2), in a record of its own: what no TLS library of today would say.
struct ClientHello {
    /// Nil leaves supported_versions out, as TLS 1.2 does.
    var versions: [UInt16]? = [0x0304]
    var ciphers: [UInt16] = [0x1301, 0x1302, 0x1303]
    /// X25519 and P-256. Nil leaves the extension out, and the key share with it.
    var groups: [UInt16]? = [29, 23]
    /// Any 32 bytes are a share of X25519.
    var share = [UInt8](repeating: 9, count: 32)
    /// ecdsa_secp256r1_sha256.
    var signatures: [UInt16] = [0x0403]
    var protocols = ["h2"]

    /// Bytes of the record's header and of the message's.
    static let headers = 9

    var bytes: [UInt8] {
        let message = body
        let handshake: [UInt8] = [1, 0] + Self.sized(message)
        return [22, 3, 1] + Self.sized(handshake)
    }

    private var body: [UInt8] {
        var extensions: [UInt8] = []
        if let versions {
            let list = Self.words(versions)
            extensions += Self.extended(43, [UInt8(list.count)] + list)
        }
        if let groups {
            extensions += Self.extended(10, Self.sized(Self.words(groups)))
            extensions += Self.extended(51, Self.sized(Self.words(groups.prefix(1)) + Self.sized(share)))
        }
        extensions += Self.extended(13, Self.sized(Self.words(signatures)))
        extensions += Self.extended(16, Self.sized(protocols.flatMap { [UInt8($0.utf8.count)] + Array($0.utf8) }))
        return [3, 3] + [UInt8](repeating: 7, count: 32) + [0] + Self.sized(Self.words(ciphers)) + [1, 0] + Self.sized(extensions)
    }

    private static func extended(_ type: UInt16, _ body: [UInt8]) -> [UInt8] { words([type]) + sized(body) }

    /// With its length in two bytes before it.
    private static func sized(_ bytes: [UInt8]) -> [UInt8] { words([UInt16(bytes.count)]) + bytes }

    private static func words(_ list: some Sequence<UInt16>) -> [UInt8] {
        list.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }
    }
}
