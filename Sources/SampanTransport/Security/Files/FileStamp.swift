internal import CLinux
internal import Glibc

/// What tells one state of a file from another without reading it; nil fields of a file that is not there.
struct FileStamp: Hashable {
    private let device: UInt
    private let inode: UInt
    private let size: Int
    private let modified: Int64
    /// Also of permissions: a key that was readable for others may have been put right.
    private let changed: Int64

    /// Of what a path leads to, through links; nil where nothing is, or may be looked at.
    init?(path: String) {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else { return nil }
        device = UInt(status.st_dev)
        inode = UInt(status.st_ino)
        size = Int(status.st_size)
        modified = Self.nanoseconds(status.st_mtim)
        changed = Self.nanoseconds(status.st_ctim)
    }

    private static func nanoseconds(_ time: timespec) -> Int64 { Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec) }
}
