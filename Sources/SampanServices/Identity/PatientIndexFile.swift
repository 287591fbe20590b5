internal import SampanCrypto
package import SampanDomain
package import SampanIdentity
internal import SampanStorage

/// The file of a patient index, with its secret beside it or elsewhere.
package enum PatientIndexFile {
    /// What the file is called in a node's folder.
    package static let name = "identity.db"

    /// Opens or makes the file. Blocks while it is brought up to date. Throws `CryptoError` for a secret that is none, and `IndexError`.
    package static func open(
        path: String, secret: [UInt8], now: @escaping @Sendable () -> UnixTime
    ) async throws -> PatientIndex {
        let keys = try IdentityKeys(secret: secret)
        var options = SQLiteOptions()
        // Blocking keys are hashes: a registration reads and writes a dozen places all over the file. These pages are what is looked at
        // most.
        options.cacheKiB = 131_072
        do {
            return try await PatientIndex(
                database: try SQLiteDatabase(path: path, schema: IndexSchema.schema, options: options), keys: keys, now: now)
        } catch let error as StorageError {
            throw IndexError.storage(error)
        }
    }

    /// A fresh secret: 32 random bytes.
    package static func makeSecret() throws -> [UInt8] { try RandomBytes.make(IdentityKeys.secretCount) }
}
