internal import CLinux
internal import Foundation
internal import Glibc
internal import Synchronization

/// A child process: made with posix_spawn(3), waited for by a thread, ended by signals. Safe from any task.
///
/// It starts with no signal blocked or ignored, whatever the thread that makes it has set, or it would never hear SIGTERM. (Foundation's
/// `Process` does not see to that, and was seen to crash when several threads made children at once.)
package final class ChildProcess: Sendable {
    /// What it reads.
    package enum Input: Sendable {
        /// Nothing: the end at once.
        case nothing
        /// Nothing, but the end only when this process ends, however it ends, or lets go of the `ChildProcess`: a child that reads it
        /// ends with its parent.
        case lifeline
    }

    /// Where what it says goes.
    package enum Output: Sendable {
        case inherited
        /// Appended to a file, which is made (0600) where there is none. Two outputs may name the same.
        case file(String)
        /// Into a descriptor, such as that of a socket, which stays the caller's.
        case descriptor(Int32)
    }

    /// The process number.
    package let number: Int32
    private let lifeline: Int32
    /// Exit status once it has been reaped.
    private let status = Mutex<Int32?>(nil)

    /// Starts a program with arguments, not counting its own name.
    /// - Parameter environment: all of it; nil for this process's own.
    package init(
        program: String, arguments: [String], environment: [String: String]? = nil, input: Input = .nothing, output: Output = .inherited,
        errors: Output = .inherited
    ) throws(SpawnError) {
        guard case .lifeline = input else {
            number = try Self.spawn(program, arguments, environment, input: nil, output, errors)
            lifeline = -1
            return
        }
        let ends = try Self.pipe()
        defer { close(ends.read) }
        do throws(SpawnError) {
            number = try Self.spawn(program, arguments, environment, input: ends.read, output, errors)
        } catch {
            close(ends.write)
            throw error
        }
        lifeline = ends.write
    }

    deinit { if lifeline >= 0 { close(lifeline) } }

    /// Starts a program, and returns the reading end of a pipe that it writes its output to: the caller's, to be closed. It ends with the
    /// program, whose is the only writing end.
    package static func withOutputPipe(
        program: String, arguments: [String], input: Input = .nothing, errors: Output = .inherited
    ) throws(SpawnError) -> (process: ChildProcess, output: Int32) {
        let ends = try pipe()
        defer { close(ends.write) }
        do throws(SpawnError) {
            return (
                try ChildProcess(program: program, arguments: arguments, input: input, output: .descriptor(ends.write), errors: errors),
                ends.read
            )
        } catch {
            close(ends.read)
            throw error
        }
    }

    /// A pipe that no child inherits, but the one that is given an end of it.
    private static func pipe() throws(SpawnError) -> (read: Int32, write: Int32) {
        var ends: [Int32] = [-1, -1]
        guard unsafe pipe2(&ends, Int32(O_CLOEXEC)) == 0 else { throw SpawnError(call: "pipe", number: errno) }
        return (ends[0], ends[1])
    }

    /// False once it has ended, whether or not anybody has waited for that.
    package var isRunning: Bool {
        status.withLock { status in
            guard status == nil else { return false }
            var information = unsafe siginfo_t()
            guard unsafe waitid(P_PID, id_t(number), &information, WEXITED | WNOWAIT | WNOHANG) == 0 else { return false }
            return unsafe information.si_signo == 0
        }
    }

    /// Waits for the end of the process on a thread of its own; its exit status, or 128 and the signal that ended it.
    package func waitForEnd() async -> Int32 {
        await withCheckedContinuation { continuation in
            Thread.detachNewThread { continuation.resume(returning: self.wait()) }
        }
    }

    /// The same, and blocks.
    package func wait() -> Int32 {
        // Seen first and reaped under the lock: until then the number is this process's, and a signal meets nobody else.
        var information = unsafe siginfo_t()
        while unsafe waitid(P_PID, id_t(number), &information, WEXITED | WNOWAIT) != 0, errno == EINTR {}
        return status.withLock { known in
            if let known { return known }
            var status: Int32 = 0
            while unsafe waitpid(number, &status, 0) < 0, errno == EINTR {}
            let signal = status & 0x7F
            let ended = signal == 0 ? status >> 8 & 0xFF : 128 + signal
            known = ended
            return ended
        }
    }

    /// Sends a signal, unless the process has been reaped.
    package func signal(_ signal: Int32) {
        status.withLock { status in
            if status == nil { _ = Glibc.kill(number, signal) }
        }
    }

    private static func spawn(
        _ program: String, _ arguments: [String], _ environment: [String: String]?, input: Int32?, _ output: Output, _ errors: Output
    ) throws(SpawnError) -> pid_t {
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
        if let input {
            unsafe posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO)
        } else {
            unsafe posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        }
        for (target, output) in [(STDOUT_FILENO, output), (STDERR_FILENO, errors)] {
            switch output {
            case .inherited: break
            case .file(let path): unsafe posix_spawn_file_actions_addopen(&actions, target, path, O_WRONLY | O_CREAT | O_APPEND, 0o600)
            case .descriptor(let descriptor): unsafe posix_spawn_file_actions_adddup2(&actions, descriptor, target)
            }
        }
        let words = CStrings([program] + arguments)
        let settings = environment.map { CStrings($0.map { "\($0.key)=\($0.value)" }) }
        var number: pid_t = 0
        let code = withExtendedLifetime((words, settings)) {
            unsafe posix_spawn(&number, program, &actions, &attributes, words.pointers, settings?.pointers ?? environ)
        }
        guard code == 0 else { throw SpawnError(call: "starting \(program)", number: code) }
        return number
    }
}

/// A list as exec(3) wants it. Freed with its last reference.
@safe private final class CStrings {
    let pointers: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
    private let count: Int

    init(_ strings: [String]) {
        count = strings.count
        unsafe pointers = .allocate(capacity: count + 1)
        for (index, string) in strings.enumerated() { unsafe (pointers + index).initialize(to: strdup(string)) }
        unsafe (pointers + count).initialize(to: nil)
    }

    deinit {
        for index in 0..<count { unsafe free(pointers[index]) }
        unsafe pointers.deallocate()
    }
}
