internal import SampanCrypto
internal import SampanFerry
internal import Synchronization

extension FerryConfiguration {
    /// Reads the keys that open payloads, and forgets them. Throws what a worker would when it starts.
    package func checkSealingKeys() throws { _ = try OpeningKeys(files: sealingKeys) }
}

/// The inside's half of sealing: its private keys by name. More than one while keys change: rows that were sealed to the former one may
/// still be on their way.
final class OpeningKeys: Sendable {
    /// Encapsulations that are remembered; one more, and all are forgotten. Each is used for many rows in a row.
    private static let mostContexts = 64

    private let keys: [String: X25519PrivateKey]
    private let contexts = Mutex<[[UInt8]: HPKEContext]>([:])

    /// Reads private keys of X25519, each a file that only its owner may read.
    init(files: [String]) throws(CryptoError) {
        var keys: [String: X25519PrivateKey] = [:]
        for file in files {
            let key = try CredentialFile.openingKey(file)
            keys[try key.publicKey.name()] = key
        }
        self.keys = keys
    }

    var opener: PayloadOpener {
        PayloadOpener { [self] (box, recipient, binding) throws(SealFault) in try open(box, recipient, binding) }
    }

    private func open(_ bytes: [UInt8], _ recipient: String, _ binding: [UInt8]) throws(SealFault) -> [UInt8] {
        guard let key = keys[recipient] else { throw .unknownKey }
        guard let box = SealedBox(bytes) else { throw .broken }
        do throws(CryptoError) {
            let context = try context(key, recipient, box.encapsulation)
            return try context.open(box.ciphertext, context: binding, number: box.number)
        } catch {
            throw .broken
        }
    }

    private func context(_ key: X25519PrivateKey, _ recipient: String, _ encapsulation: [UInt8]) throws(CryptoError) -> HPKEContext {
        // The name of the key has a length of its own, so no two of these are the same.
        let place = encapsulation + Array(recipient.utf8)
        if let known = contexts.withLock({ $0[place] }) { return known }
        let context = try HPKE.recipient(key, encapsulation: encapsulation, info: SealedBox.info(recipient))
        contexts.withLock { contexts in
            if contexts.count >= Self.mostContexts { contexts.removeAll() }
            contexts[place] = context
        }
        return context
    }
}
