internal import Foundation
internal import SampanServices

/// The key `identity` of a platform: `{ database: FILE, secret-file: FILE }`. The secret is 32 bytes that only the owner may read; who has
/// neither it nor a running node reads no name in the database. Lost, the index is lost: keep a copy apart from the database's.
package struct IdentitySection: Sendable, Hashable {
    package let database: String
    package let secretFile: String

    static func read(_ mapping: YAMLMapping, relativeTo directory: String) throws(ConfigurationError) -> IdentitySection? {
        guard mapping.has("identity") else { return nil }
        let section = try mapping.mapping("identity")
        let (database, secret) = (try section.string("database"), try section.string("secret-file"))
        try section.finish()
        return IdentitySection(database: NodeSettings.resolve(database, directory), secretFile: NodeSettings.resolve(secret, directory))
    }

    /// Throws when others than its owner may read it, and when it is no secret.
    static func secret(file: String) throws(ConfigurationError) -> [UInt8] {
        let attributes = try? FileManager.default.attributesOfItem(atPath: file)
        guard let mode = attributes?[.posixPermissions] as? NSNumber else { throw ConfigurationError(file: file, message: "is missing") }
        guard mode.intValue & 0o077 == 0 else { throw ConfigurationError(file: file, message: "may be read by others; chmod 600 it") }
        guard let data = FileManager.default.contents(atPath: file), data.count == IdentityKeys.secretCount else {
            throw ConfigurationError(file: file, message: "is not a secret of \(IdentityKeys.secretCount) bytes")
        }
        return [UInt8](data)
    }
}
