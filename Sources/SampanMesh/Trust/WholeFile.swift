package import Glibc

/// Writes files that appear whole or not at all, whatever the moment of a crash. Blocks on the disk.
package enum WholeFile {
    /// Writes `bytes` under a temporary name beside `path`, makes them durable, then gives them their name.
    ///
    /// - Parameters:
    ///   - mode: permissions, free of the process's umask from the first byte on.
    ///   - overwrite: false refuses (`fileExists`) a name that is taken, also by a program that takes it at this moment.
    package static func write(_ bytes: [UInt8], to path: String, mode: mode_t, overwrite: Bool) throws(TrustError) {
        let temporary = "\(path).\(UInt64.random(in: 0 ... .max)).tmp"
        let file = unsafe open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard file >= 0 else { throw failure(path) }
        do throws(TrustError) {
            defer { close(file) }
            guard fchmod(file, mode) == 0 else { throw failure(path) }
            try fill(file, bytes, path)
            guard fsync(file) == 0 else { throw failure(path) }
        } catch {
            unsafe unlink(temporary)
            throw error
        }
        // A link fails on a name that is taken; a rename takes its place.
        let named = overwrite ? unsafe rename(temporary, path) : unsafe link(temporary, path)
        let code = errno
        if named != 0 || !overwrite { unsafe unlink(temporary) }
        guard named == 0 else {
            if code == EEXIST { throw TrustError(.fileExists, "\(path) exists; --force replaces it") }
            throw failure(path, code)
        }
        syncDirectory(of: path)
    }

    /// Gives a file that was written whole beside `path` that name, in place of what has it. The bytes are durable already.
    package static func replace(_ path: String, with temporary: String) throws(TrustError) {
        guard unsafe rename(temporary, path) == 0 else { throw failure(path) }
        syncDirectory(of: path)
    }

    /// Makes a directory that only its owner enters; one that is there already is left as it is.
    package static func makeDirectory(_ path: String) throws(TrustError) {
        if unsafe mkdir(path, 0o700) == 0 { return }
        guard errno == EEXIST else { throw failure(path) }
        var status = stat()
        guard unsafe stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
            throw TrustError(.fileNotWritten, "\(path) is not a directory")
        }
    }

    package static func exists(_ path: String) -> Bool {
        var status = stat()
        return unsafe lstat(path, &status) == 0
    }

    private static func fill(_ file: Int32, _ bytes: [UInt8], _ path: String) throws(TrustError) {
        var done = 0
        while done < bytes.count {
            let count = unsafe bytes.withUnsafeBytes { buffer in
                unsafe Glibc.write(file, buffer.baseAddress.map { unsafe $0 + done }, buffer.count - done)
            }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw failure(path) }
            done += count
        }
    }

    /// Makes the new name durable too. A file system that cannot is no reason to take the file back.
    private static func syncDirectory(of path: String) {
        let end = path.lastIndex(of: "/")
        let directory = end.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        let handle = unsafe open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard handle >= 0 else { return }
        fsync(handle)
        close(handle)
    }

    private static func failure(_ path: String, _ code: Int32 = errno) -> TrustError {
        let text = unsafe strerror(code).map { unsafe String(cString: $0) } ?? "error \(code)"
        return TrustError(.fileNotWritten, "\(path) could not be written: \(text)")
    }
}
