package import SampanCrypto
package import SampanDomain

/// A key that a channel signs with.
package struct PlatformKey: Sendable {
    /// Serial number of a certificate (capital hexadecimal), `PUB_KEY_ID_…`, or a name of ours where the channel gives none.
    package let id: String
    package let key: RSAPublicKey
    /// When it may be used; nil for a public key without a certificate, which has no end.
    package let validity: CertificateValidity?

    package init(id: String, key: RSAPublicKey, validity: CertificateValidity? = nil) {
        self.id = id
        self.key = key
        self.validity = validity
    }

    /// A platform certificate, under its serial number. The caller says that it may be believed.
    package init(_ certificate: Certificate) throws(ChannelFault) {
        guard let validity = certificate.validity, let key = try? RSAPublicKey(of: certificate) else {
            throw .malformed("platform certificate")
        }
        self.init(id: Self.canonical(Self.serialText(certificate)), key: key, validity: validity)
    }

    static func serialText(_ certificate: Certificate) -> String {
        certificate.serial.map { byte in
            let text = String(byte, radix: 16, uppercase: true)
            return byte < 16 ? "0" + text : text
        }.joined()
    }

    /// One spelling of a serial number: implementations differ in letters and in leading zeros. Names that are no numbers stay as they are.
    static func canonical(_ id: String) -> String {
        let isNumber = id.utf8.allSatisfy { (48...57).contains($0) || (65...70).contains($0) || (97...102).contains($0) }
        guard isNumber else { return id }
        let digits = id.drop { $0 == "0" }
        return digits.isEmpty ? "0" : digits.uppercased()
    }

    func isValid(at now: UnixTime) -> Bool { validity?.contains(now.seconds) ?? true }
}

/// All keys that a channel may sign with now: while it changes its key, the old and the new one, or certificates beside a public key.
package struct PlatformKeys: Sendable {
    /// Most keys at once: a change has two, and each signature without an id is tried against all.
    package static let limit = 8

    package private(set) var keys: [PlatformKey]

    /// Throws `malformed` for no key, too many, or two with one id.
    package init(_ keys: [PlatformKey]) throws(ChannelFault) {
        guard (1...Self.limit).contains(keys.count) else { throw .malformed("platform keys: 1 to \(Self.limit)") }
        guard Set(keys.map { PlatformKey.canonical($0.id) }).count == keys.count else { throw .malformed("platform keys: an id twice") }
        self.keys = keys
    }

    /// The same with `more` added; a key whose id is there already is replaced, and those that ended before `now` are let go.
    package func adding(_ more: [PlatformKey], now: UnixTime) throws(ChannelFault) -> PlatformKeys {
        let ids = Set(more.map { PlatformKey.canonical($0.id) })
        let kept = keys.filter { !ids.contains(PlatformKey.canonical($0.id)) && ($0.validity?.notAfter ?? .max) >= now.seconds }
        return try PlatformKeys(kept + more)
    }

    /// Returns when the key of that id signed these bytes.
    func verify(_ signature: [UInt8], _ bytes: [UInt8], by id: String, now: UnixTime) throws(ChannelFault) {
        let wanted = PlatformKey.canonical(id)
        guard let key = keys.first(where: { PlatformKey.canonical($0.id) == wanted }) else { throw .unknownSerial }
        guard key.isValid(at: now) else { throw .keyNotValid }
        guard Self.holds(signature, bytes, key) else { throw .badSignature }
    }

    /// The same where the channel does not say which key: any that is valid now.
    func verify(_ signature: [UInt8], _ bytes: [UInt8], now: UnixTime) throws(ChannelFault) {
        let usable = keys.filter { $0.isValid(at: now) }
        guard !usable.isEmpty else { throw .keyNotValid }
        guard usable.contains(where: { Self.holds(signature, bytes, $0) }) else { throw .badSignature }
    }

    private static func holds(_ signature: [UInt8], _ bytes: [UInt8], _ key: PlatformKey) -> Bool {
        do throws(CryptoError) {
            try key.key.verify(signature, bytes)
            return true
        } catch {
            return false
        }
    }
}
