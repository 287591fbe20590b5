internal import Glibc

/// A kernel lock (flock(2)) that one process at a time holds on a file. The kernel frees it when its holder dies.
///
/// Confined to the writer thread of its process.
final class ProcessLock {
    private let descriptor: Int32
    private let path: String

    /// Makes the file (0600) if it is missing.
    init(path: String) throws(StorageError) {
        let descriptor = unsafe Glibc.open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw StorageError(kind: .cannotOpen, systemError: errno, doing: "opening \(path)") }
        self.descriptor = descriptor
        self.path = path
    }

    deinit { Glibc.close(descriptor) }

    /// Blocks until this process holds it.
    func lock() throws(StorageError) {
        while flock(descriptor, LOCK_EX) != 0 {
            guard errno == EINTR else { throw StorageError(kind: .io, systemError: errno, doing: "locking \(path)") }
        }
    }

    /// Unlocking an open descriptor cannot fail in a way that could be acted on; closing it would free the lock as well.
    func unlock() {
        _ = flock(descriptor, LOCK_UN)
    }
}

extension StorageError {
    /// An error of the operating system, with its text.
    init(kind: Kind, systemError: Int32, doing what: String) {
        self.init(kind: systemError == ENOSPC ? .full : kind, message: "\(what): \(unsafe String(cString: strerror(systemError)))")
    }
}
