/// How a file is opened. Every number is a limit that exists for a reason; the defaults suit one service on one machine.
package struct SQLiteOptions: Sendable {
    /// Threads that read, each with its own connection: 1 to 16.
    package var readers = 2
    /// Closures that share one commit at the most: bounds how long the first of them waits for the last.
    package var maximumGroup = 512
    /// Closures that may wait for the writer, and as many for the readers; more are refused with `.overloaded`.
    package var maximumQueue = 65_536
    /// How long SQLite itself waits for another process's lock before `.busy`, in milliseconds.
    package var busyTimeoutMilliseconds: Int32 = 5_000
    /// Pages (4 KiB) that the file may have; nil for what the disk has. Reaching it is `.full`.
    package var maximumPages: Int64?
    /// Pages in the write-ahead log at which a commit also moves it into the main file.
    package var checkpointPages: Int32 = 4_000
    /// Memory for pages of the writing connection, in KiB.
    package var cacheKiB: Int32 = 16_384
    /// Serialises the write transactions of several processes by a kernel lock on `<file>.lock`.
    ///
    /// SQLite's own busy handler sleeps and tries again, which costs up to 100 ms at the tail; `flock` wakes the next writer at once.
    /// All writers of the file have to use it.
    package var locksAcrossProcesses = false
    /// What is in the file can be made again from another one: commits are atomic, and a power cut may take the last of them (synchronous
    /// NORMAL). Not for anything that somebody was told.
    package var isDerived = false

    package init() {}
}
