internal import Foundation
internal import Glibc

/// Holds a data folder for one process: two gateways on the same files would number and claim past each other.
///
/// A kernel lock: it ends with the process, however that dies, and leaves nothing to clean up.
struct DataLock {
    private let file: FileHandle

    /// Throws when another process holds the folder, or when it cannot be written.
    init(folder: String) throws(ConfigurationError) {
        let path = "\(folder)/node.lock"
        if !FileManager.default.fileExists(atPath: path) {
            _ = FileManager.default.createFile(atPath: path, contents: nil, attributes: [.posixPermissions: 0o600])
        }
        guard let file = FileHandle(forUpdatingAtPath: path) else {
            throw ConfigurationError(file: path, message: "cannot be written; may this user write there?")
        }
        guard flock(file.fileDescriptor, LOCK_EX | LOCK_NB) == 0 else {
            throw ConfigurationError(file: folder, message: "is in use by another node; a data folder has one")
        }
        self.file = file
    }
}
