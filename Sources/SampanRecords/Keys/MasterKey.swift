package import SampanCrypto
internal import SampanDomain

/// The key of a node that wraps all its data keys. It comes from a file that only the node's user may read, and is in no database.
package struct MasterKey: Sendable {
    /// Tells one master key from another and says nothing of it: 16 hexadecimal digits.
    package let name: String
    private let cipher: AESGCM

    /// Throws `badLength` unless the secret has 32 bytes.
    package init(secret: [UInt8]) throws(CryptoError) {
        cipher = try AESGCM(key: secret)
        name = Hexadecimal.lowercase(try HMACSHA256.authenticate(Array("sampan records master key name 1".utf8), key: secret).prefix(8))
    }

    /// Reads a key file: 64 hexadecimal digits and a line end. Throws `keyFilePermissions` when anybody but its owner may read or write
    /// the file, and `badLength` for another content. Blocks.
    package init(file path: String) throws(CryptoError) {
        var text = try CredentialFile.secret(path)
        defer { SecretBytes.wipe(&text) }
        if text.last == UInt8(ascii: "\n") { text.removeLast() }
        guard var secret = Hexadecimal.bytes(digits: text), secret.count == AESGCM.keyCount else {
            throw CryptoError(.badLength, "\(path): a master key file holds \(2 * AESGCM.keyCount) hexadecimal digits")
        }
        defer { SecretBytes.wipe(&secret) }
        try self.init(secret: secret)
    }

    /// What a new key file is to hold.
    package static func freshFile() throws(CryptoError) -> [UInt8] {
        Array((Hexadecimal.lowercase(try RandomBytes.make(AESGCM.keyCount)) + "\n").utf8)
    }

    func wrap(_ secret: [UInt8], context: [UInt8]) throws(CryptoError) -> [UInt8] { try cipher.seal(secret, context: context) }
    func unwrap(_ box: [UInt8], context: [UInt8]) throws(CryptoError) -> [UInt8] { try cipher.open(box, context: context) }
}
