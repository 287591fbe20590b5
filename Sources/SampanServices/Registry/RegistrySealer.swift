package import SampanCrypto

/// Seals what the registry keeps of persons, and finds it again by keyed digests: the file alone tells neither names nor licence numbers.
package struct RegistrySealer: Sendable {
    /// Bytes of the key.
    package static let keyCount = 32

    private let cipher: AESGCM
    private let digestKey: [UInt8]

    /// - Parameter key: 32 random bytes. Two keys are derived of it (HMAC-SHA256 as a PRF), one for each purpose.
    package init(key: [UInt8]) throws(CryptoError) {
        guard key.count == Self.keyCount else { throw CryptoError(.badLength, "the registry's key has \(Self.keyCount) bytes") }
        cipher = try AESGCM(key: HMACSHA256.authenticate(Array("sampan registry seal v1".utf8), key: key))
        digestKey = try HMACSHA256.authenticate(Array("sampan registry digest v1".utf8), key: key)
    }

    /// - Parameter place: what the bytes are bound to; `open` needs the same.
    func seal(_ bytes: [UInt8], at place: String) throws(RegistryError) -> [UInt8] {
        do throws(CryptoError) { return try cipher.seal(bytes, context: Array(place.utf8)) } catch { throw .unreadable }
    }

    func open(_ box: [UInt8], at place: String) throws(RegistryError) -> [UInt8] {
        do throws(CryptoError) { return try cipher.open(box, context: Array(place.utf8)) } catch { throw .unreadable }
    }

    /// What a text is found by: equal for equal texts of a kind, and nothing else can be told from it without the key.
    func digest(_ text: String, kind: String) throws(RegistryError) -> [UInt8] {
        do throws(CryptoError) {
            return try HMACSHA256.authenticate(Array("\(kind)\u{0}\(text)".utf8), key: digestKey)
        } catch {
            throw .unreadable
        }
    }
}
