/// The key `sealing`: whom a gateway seals payloads to, and with what a ferry opens them. Left out, payloads are kept as they are.
enum SealingSection {
    /// The one in use, and those before it whose rows may still be on their way.
    private static let mostKeys = 4

    /// Of a gateway: `{ key: FILE }`, a public key.
    static func publicKey(_ mapping: YAMLMapping, relativeTo directory: String) throws(ConfigurationError) -> String? {
        guard mapping.has("sealing") else { return nil }
        let section = try mapping.mapping("sealing")
        let file = try section.string("key")
        try section.finish()
        return NodeSettings.resolve(file, directory)
    }

    /// Of a ferry: `{ keys: [FILE] }`, private keys.
    static func privateKeys(_ mapping: YAMLMapping, relativeTo directory: String) throws(ConfigurationError) -> [String] {
        guard mapping.has("sealing") else { return [] }
        let section = try mapping.mapping("sealing")
        let files = try section.strings("keys")
        guard (1...mostKeys).contains(files.count) else {
            throw section.invalid("keys", "must name 1 to \(mostKeys) files: the key in use, and those before it")
        }
        try section.finish()
        return files.map { NodeSettings.resolve($0, directory) }
    }
}
