internal import Glibc

/// Holds a data folder for one process: two gateways on the same files would number and claim past each other.
///
/// A kernel lock: it ends with the process, however that dies, and leaves nothing to clean up.
final class DataLock: Sendable {
    private let descriptor: Int32

    /// Throws when another process holds the folder, or when it cannot be written.
    init(folder: String) throws(ConfigurationError) {
        let path = "\(folder)/node.lock"
        descriptor = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw ConfigurationError(file: path, message: "cannot be written; may this user write there?") }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            Glibc.close(descriptor)
            throw ConfigurationError(file: folder, message: "is in use by another node; a data folder has one")
        }
    }

    deinit { Glibc.close(descriptor) }
}
