internal import Glibc

/// An open file that is read or written in pieces, so that its size does not matter. Closed with its last reference; for one task
/// at a time.
final class OpenFile {
    private let descriptor: Int32
    let path: String

    private init(_ descriptor: Int32, _ path: String) {
        self.descriptor = descriptor
        self.path = path
    }

    deinit { close(descriptor) }

    /// Opens a file for reading. Folders, pipes and devices are refused: they have no size, and could make a reader wait for ever.
    static func reading(_ path: String) throws(ReconciliationError) -> OpenFile {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw .unreadable(path: path, problem: errorText()) }
        let file = OpenFile(descriptor, path)
        guard try file.status().st_mode & S_IFMT == S_IFREG else { throw .unreadable(path: path, problem: "not a file") }
        return file
    }

    /// A file (0600) without a name, gone with the process whatever ends it, beside `neighbour`: there is room for it, and it is a disk.
    static func scratch(beside neighbour: String) throws(ReconciliationError) -> OpenFile {
        let file = try made(beside: neighbour)
        unsafe unlink(file.path)
        return file
    }

    /// A new file (0600) with a name of its own beside `neighbour`, for `rename`.
    static func made(beside neighbour: String) throws(ReconciliationError) -> OpenFile {
        let path = "\(neighbour).\(UInt64.random(in: 0 ... .max)).tmp"
        let descriptor = unsafe open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw .notWritten(path: neighbour, problem: errorText()) }
        return OpenFile(descriptor, path)
    }

    func size() throws(ReconciliationError) -> Int { Int(try status().st_size) }

    /// Reads into `buffer` from its place `start` on, at an offset of the file; how many bytes, 0 at the end.
    func read(into buffer: inout [UInt8], from start: Int, at offset: Int) throws(ReconciliationError) -> Int {
        while true {
            let room = buffer.count - start
            let count = unsafe buffer.withUnsafeMutableBytes { bytes in
                unsafe pread(descriptor, bytes.baseAddress.map { unsafe $0 + start }, room, off_t(offset))
            }
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw .unreadable(path: path, problem: Self.errorText()) }
            return count
        }
    }

    /// Exactly these bytes; throws when the file is shorter.
    func bytes(_ place: Range<Int>) throws(ReconciliationError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: place.count)
        var done = 0
        while done < bytes.count {
            let count = try read(into: &bytes, from: done, at: place.lowerBound + done)
            guard count > 0 else { throw .unreadable(path: path, problem: "it ends early") }
            done += count
        }
        return bytes
    }

    /// Appends all of `bytes`, or the first `count` of them.
    func write(_ bytes: [UInt8], count whole: Int? = nil) throws(ReconciliationError) {
        let whole = min(whole ?? bytes.count, bytes.count)
        var done = 0
        while done < whole {
            let count = unsafe bytes.withUnsafeBytes { buffer in
                unsafe Glibc.write(descriptor, buffer.baseAddress.map { unsafe $0 + done }, whole - done)
            }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw .notWritten(path: path, problem: Self.errorText()) }
            done += count
        }
    }

    /// Makes what was written durable, then gives it its name, whatever had that before. The folder's entry is made durable
    /// where it can be.
    func rename(to name: String) throws(ReconciliationError) {
        guard fsync(descriptor) == 0, unsafe Glibc.rename(path, name) == 0 else { throw .notWritten(path: name, problem: Self.errorText()) }
        let end = name.lastIndex(of: "/")
        let folder = unsafe open(end.map { String(name[...$0]) } ?? ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { return }
        fsync(folder)
        close(folder)
    }

    /// Takes the name away, of a file that is not to stay.
    func unlinked() { unsafe unlink(path) }

    private func status() throws(ReconciliationError) -> stat {
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else { throw .unreadable(path: path, problem: Self.errorText()) }
        return status
    }

    private static func errorText() -> String {
        let code = errno
        return unsafe strerror(code).map { unsafe String(cString: $0) } ?? "error \(code)"
    }
}
