internal import Foundation
internal import SampanCrypto
internal import SampanMesh
internal import SampanRecords

/// The master key of a node's records: made with the database, and never without it.
enum MasterKeyFile {
    /// Reads the keys, or makes the current one where there is no database yet. Blocks on the disk. Throws, naming the file, for a key that
    /// others may read, for one that is none, and for a database whose key is gone: a new one would open nothing.
    static func ring(_ section: RecordsSection) throws -> KeyRing {
        let path = section.masterKeyFile
        if !WholeFile.exists(path) {
            // A rotation brings its new key along: then the former one opens what is there.
            guard !WholeFile.exists(section.database) || !section.formerKeyFiles.isEmpty else {
                throw ConfigurationError(file: path, message: "is gone, and \(section.database) cannot be opened without it")
            }
            try WholeFile.write(try MasterKey.freshFile(), to: path, mode: 0o600, overwrite: false)
        }
        return KeyRing(current: try key(path), former: try section.formerKeyFiles.map(key))
    }

    private static func key(_ path: String) throws(ConfigurationError) -> MasterKey {
        do throws(CryptoError) { return try MasterKey(file: path) } catch {
            throw ConfigurationError(file: path, message: String(error.detail.trimmingPrefix("\(path): ")))
        }
    }
}
