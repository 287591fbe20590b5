internal import Foundation
internal import Glibc
internal import Synchronization

/// A process that is started and stopped from two tasks.
///
/// Sendable: start, stop and kill are serialised by the lock; signals are all that is sent to a running process.
final class WorkerProcess: @unchecked Sendable {
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
            Task {
                try? await Task.sleep(for: grace)
                self.kill()
            }
        }
    }

    /// For a worker that does not hear. Foundation reaps a child only after `isRunning` is false, so the number is still its own.
    private func kill() {
        state.withLock { _ in
            if process.isRunning { Glibc.kill(process.processIdentifier, SIGKILL) }
        }
    }
}
