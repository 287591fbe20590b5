internal import Dispatch
internal import Foundation
internal import Glibc
package import Logging
package import Synchronization

/// Keeps N worker processes alive: starts them, restarts one that dies within a second (GW-04), and ends them all when it ends.
///
/// Each worker holds the reading end of a pipe as its standard input: when the supervisor dies, however, the pipe closes and they end too.
package struct Supervisor: Sendable {
    private let program: String
    private let arguments: @Sendable (_ worker: Int) -> [String]
    private let count: Int
    private let log: Logger
    private let grace: Duration
    private let pause: @Sendable (Duration) async -> Void

    /// Held while a process is started: Foundation was seen to crash in `Process.run` when several threads were in it at once.
    package static let spawning = Mutex(())

    /// First wait after a death; doubles while a worker keeps dying young.
    private static let shortestPause: Duration = .milliseconds(50)
    private static let longestPause: Duration = .milliseconds(800)
    /// A worker that lived this long has started well.
    private static let youth: Duration = .seconds(5)

    /// - Parameters:
    ///   - program: path of the program to run.
    ///   - arguments: what it is given for a worker of 0 to `count` - 1.
    ///   - grace: how long a worker that was asked to end may take before it is killed. 10 s: it drains within 2.
    ///   - pause: waits before a restart, or returns early when the task is cancelled.
    package init(
        program: String, count: Int, arguments: @escaping @Sendable (_ worker: Int) -> [String], log: Logger,
        grace: Duration = .seconds(10),
        pause: @escaping @Sendable (Duration) async -> Void = { try? await Task.sleep(for: $0) }
    ) {
        self.program = program
        self.count = count
        self.arguments = arguments
        self.log = log
        self.grace = grace
        self.pause = pause
    }

    /// Supervises until its task is cancelled; returns when every worker has ended.
    package func run() async {
        await withTaskGroup(of: Void.self) { tasks in
            for worker in 0..<count { tasks.addTask { await self.keepAlive(worker) } }
        }
    }

    private func keepAlive(_ worker: Int) async {
        var wait = Self.shortestPause
        while !Task.isCancelled {
            let start = ContinuousClock.now
            await runOnce(worker)
            guard !Task.isCancelled else { return }
            wait = start.duration(to: .now) > Self.youth ? Self.shortestPause : min(wait * 2, Self.longestPause)
            await pause(wait)
        }
    }

    /// Runs one worker process to its end. Cancelled, it asks the process to end, kills it when it does not, and waits for that.
    private func runOnce(_ worker: Int) async {
        let process = Process()
        let lifeline = Pipe()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments(worker)
        process.standardInput = lifeline
        let box = ProcessBox(process: process)
        await withTaskCancellationHandler {
            await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
                process.terminationHandler = { _ in continuation.resume() }
                do {
                    try box.start()
                    log.info("a ferry worker has started", metadata: ["worker": "\(worker)", "pid": "\(process.processIdentifier)"])
                } catch {
                    process.terminationHandler = nil
                    log.error("a ferry worker cannot be started", metadata: ["worker": "\(worker)", "reason": "\(error)"])
                    continuation.resume()
                }
            }
        } onCancel: {
            box.stop(grace: grace)
        }
        try? lifeline.fileHandleForWriting.close()
        if process.processIdentifier > 0 {
            log.info("a ferry worker has ended", metadata: ["worker": "\(worker)", "status": "\(process.terminationStatus)"])
        }
    }
}

/// A process that is started and stopped from two tasks.
///
/// Sendable: start, stop and kill are serialised by the lock; signals are all that is sent to a running process.
private final class ProcessBox: @unchecked Sendable {
    private enum State { case new, running, stopped }

    private let process: Process
    private let state = Mutex(State.new)

    init(process: Process) { self.process = process }

    func start() throws {
        try state.withLock { state in
            guard case .new = state else { throw CancellationError() }
            try Supervisor.spawning.withLock { _ in
                try withNoSignalBlocked { try process.run() }
            }
            state = .running
        }
    }

    /// A child inherits the mask of the thread that makes it, and the threads of Swift's and Dispatch's pools block every signal: such a
    /// child would never hear SIGTERM. The only unsafe code of the ferry: the mask has no other way in.
    private func withNoSignalBlocked(_ body: () throws -> Void) rethrows {
        var (none, before) = (sigset_t(), sigset_t())
        unsafe sigemptyset(&none)
        unsafe pthread_sigmask(SIG_SETMASK, &none, &before)
        defer { unsafe pthread_sigmask(SIG_SETMASK, &before, nil) }
        try body()
    }

    func stop(grace: Duration) {
        state.withLock { state in
            guard case .running = state, process.isRunning else {
                state = .stopped
                return
            }
            state = .stopped
            process.terminate()
            let (seconds, attoseconds) = grace.components
            let nanoseconds = Int(seconds) * 1_000_000_000 + Int(attoseconds / 1_000_000_000)
            DispatchQueue.global().asyncAfter(deadline: .now() + .nanoseconds(nanoseconds)) { self.kill() }
        }
    }

    /// For a worker that does not hear. Foundation reaps a child only after `isRunning` is false, so the number is still its own.
    private func kill() {
        state.withLock { _ in
            if process.isRunning { Glibc.kill(process.processIdentifier, SIGKILL) }
        }
    }
}
