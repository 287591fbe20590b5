internal import Foundation
internal import SampanCrypto
internal import SampanDomain
internal import SampanMesh
internal import SampanServices

/// The key that seals the registry: 64 hexadecimal digits in a file of mode 0600, made with the registry and never without it.
enum RegistryKeyFile {
    static let name = "registry.key"

    /// Reads the key, or makes one where there is no registry yet. Blocks on the disk. Throws for a key that others may read, for one that
    /// is none, and for a registry whose key is gone: a new one would open nothing.
    static func sealer(folder: String) throws -> RegistrySealer {
        let path = "\(folder)/\(name)"
        if !FileManager.default.fileExists(atPath: path) {
            guard !FileManager.default.fileExists(atPath: "\(folder)/\(RegistryFile.fileName)") else {
                throw ConfigurationError(file: path, message: "is gone, and the registry beside it cannot be opened without it")
            }
            let key = Hexadecimal.lowercase(try RandomBytes.make(RegistrySealer.keyCount))
            guard
                FileManager.default.createFile(atPath: path, contents: Data((key + "\n").utf8), attributes: [.posixPermissions: 0o600])
            else { throw ConfigurationError(file: path, message: "cannot be written") }
        }
        let text = String(decoding: try CredentialFile.secret(path), as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        guard text.utf8.count == RegistrySealer.keyCount * 2, let key = Hexadecimal.bytes(text) else {
            throw ConfigurationError(file: path, message: "holds no key: 64 hexadecimal digits")
        }
        return try RegistrySealer(key: key)
    }
}
