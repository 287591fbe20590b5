internal import Foundation
internal import Glibc
internal import Synchronization

/// One worker process: made with posix_spawn(3), waited for by a thread, ended by signals.
///
/// Its standard input is the reading end of a pipe whose writing end is held here: when this process ends, however it ends, the worker
/// reads the end and ends too. It starts with no signal blocked or ignored, whatever the thread that makes it has set, or it would
/// never hear SIGTERM. (Foundation's `Process` does neither, and was seen to crash when two threads made children at once.)
final class WorkerProcess: Sendable {
    /// The process number.
    let number: pid_t
    private let lifeline: Int32
    private let ended = Mutex(false)

    /// Starts a program with arguments (not counting its own name), with this process's environment, output and error.
    init(program: String, arguments: [String]) throws(SpawnError) {
        var ends: [Int32] = [-1, -1]
        guard unsafe pipe(&ends) == 0 else { throw SpawnError(call: "pipe", number: errno) }
        defer { close(ends[0]) }
        // Another worker must not inherit the writing end: it would keep this one alive.
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        do throws(SpawnError) {
            number = try Self.spawn(program, arguments, standardInput: ends[0])
        } catch {
            close(ends[1])
            throw error
        }
        lifeline = ends[1]
    }

    deinit { close(lifeline) }

    /// Waits for the end of the process on a thread of its own; its exit status, or 128 and the signal that ended it. Called once.
    func waitForEnd() async -> Int32 {
        await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                // Seen first and reaped under the lock: until then the number is this process's, and a signal meets nobody else.
                var information = unsafe siginfo_t()
                while unsafe waitid(P_PID, id_t(self.number), &information, WEXITED | WNOWAIT) != 0, errno == EINTR {}
                var status: Int32 = 0
                self.ended.withLock { ended in
                    ended = true
                    while unsafe waitpid(self.number, &status, 0) < 0, errno == EINTR {}
                }
                let signal = status & 0x7F
                continuation.resume(returning: signal == 0 ? status >> 8 & 0xFF : 128 + signal)
            }
        }
    }

    /// Sends a signal, unless the process has ended.
    func signal(_ signal: Int32) {
        ended.withLock { ended in
            if !ended { _ = Glibc.kill(number, signal) }
        }
    }

    private static func spawn(_ program: String, _ arguments: [String], standardInput: Int32) throws(SpawnError) -> pid_t {
        var attributes = posix_spawnattr_t()
        unsafe posix_spawnattr_init(&attributes)
        defer { unsafe posix_spawnattr_destroy(&attributes) }
        var (none, all) = (sigset_t(), sigset_t())
        unsafe sigemptyset(&none)
        unsafe sigfillset(&all)
        unsafe posix_spawnattr_setsigmask(&attributes, &none)
        unsafe posix_spawnattr_setsigdefault(&attributes, &all)
        unsafe posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        unsafe posix_spawn_file_actions_adddup2(&actions, standardInput, STDIN_FILENO)
        var words: [UnsafeMutablePointer<CChar>?] = unsafe ([program] + arguments).map { unsafe strdup($0) }
        defer { unsafe words.forEach { unsafe free($0) } }
        unsafe words.append(nil)
        var number: pid_t = 0
        let code = unsafe posix_spawn(&number, program, &actions, &attributes, words, environ)
        guard code == 0 else { throw SpawnError(call: "starting \(program)", number: code) }
        return number
    }
}

/// A process could not be made: what was tried, and the kernel's reason.
struct SpawnError: Error, Sendable, CustomStringConvertible {
    let call: String
    let number: Int32

    var description: String { "\(call): \(unsafe String(cString: strerror(number)))" }
}
