internal import Glibc
internal import Synchronization

/// Held from making a pipe until its child has started, so that no other child inherits the end of it.
private let spawning = Mutex(())

/// A child process whose standard output is read line by line. Killed with its last reference.
package final class ChildProcess {
    private let process: pid_t
    private let output: Int32
    private var buffer: [UInt8] = []
    private var isReaped = false

    package static func workload(_ arguments: [String]) throws -> ChildProcess { try built("store-workload", arguments) }

    /// Starts a program of this package: it lies beside the test bundle.
    package static func built(_ name: String, _ arguments: [String]) throws -> ChildProcess {
        let paths = CommandLine.arguments + [".build/debug/x", ".build/release/x"]
        for path in paths {
            var directory = path
            while let slash = directory.lastIndex(of: "/") {
                directory = String(directory[..<slash])
                let program = directory + "/" + name
                if unsafe access(program, X_OK) == 0 { return try ChildProcess(program, arguments) }
            }
        }
        throw SpawnFailure(code: ENOENT)
    }

    package init(_ program: String, _ arguments: [String]) throws {
        (process, output) = try spawning.withLock { _ in try Self.spawn(program, arguments) }
    }

    private static func spawn(_ program: String, _ arguments: [String]) throws -> (pid_t, Int32) {
        var ends: [Int32] = [0, 0]
        guard unsafe pipe(&ends) == 0 else { throw SpawnFailure(code: errno) }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        unsafe posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        var argv = unsafe ([program] + arguments).map { unsafe strdup($0) } + [nil]
        defer { for unsafe pointer in unsafe argv { unsafe free(pointer) } }
        var process: pid_t = 0
        let code = unsafe posix_spawn(&process, program, &actions, nil, &argv, environ)
        Glibc.close(ends[1])
        guard code == 0 else {
            Glibc.close(ends[0])
            throw SpawnFailure(code: code)
        }
        return (process, ends[0])
    }

    private struct SpawnFailure: Error {
        let code: Int32
    }

    deinit {
        kill()
        Glibc.close(output)
    }

    /// The next line without its end; nil at the end of the output. Blocks.
    package func line() -> String? {
        while true {
            if let end = buffer.firstIndex(of: UInt8(ascii: "\n")) {
                defer { buffer.removeSubrange(...end) }
                return String(decoding: buffer[..<end], as: UTF8.self)
            }
            var chunk = [UInt8](repeating: 0, count: 65_536)
            let count = unsafe read(output, &chunk, chunk.count)
            guard count > 0 else { return nil }
            buffer.append(contentsOf: chunk.prefix(count))
        }
    }

    /// SIGKILL, and waits until it is gone.
    package func kill() {
        guard !isReaped else { return }
        _ = Glibc.kill(process, SIGKILL)
        _ = wait()
    }

    /// The exit status; waits for the end.
    package func wait() -> Int32 {
        guard !isReaped else { return 0 }
        isReaped = true
        var status: Int32 = 0
        unsafe waitpid(process, &status, 0)
        return status
    }
}
