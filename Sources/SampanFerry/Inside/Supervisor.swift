internal import Foundation
package import Logging
internal import Synchronization

/// Keeps N worker processes alive: starts them, restarts one that dies within a second (GW-04), and ends them all when it ends.
///
/// Each worker holds the reading end of a pipe as its standard input: when the supervisor dies, however, the pipe closes and they end too.
package struct Supervisor: Sendable {
    private let program: String
    private let arguments: @Sendable (_ worker: Int) -> [String]
    private let count: Int
    private let log: Logger

    /// First wait after a death; doubles while a worker keeps dying young.
    private static let shortestPause: Duration = .milliseconds(50)
    private static let longestPause: Duration = .milliseconds(800)
    /// A worker that lived this long has started well.
    private static let youth: Duration = .seconds(5)

    /// - Parameters:
    ///   - program: path of the program to run.
    ///   - arguments: what it is given for a worker of 0 to `count` - 1.
    package init(program: String, count: Int, arguments: @escaping @Sendable (_ worker: Int) -> [String], log: Logger) {
        self.program = program
        self.count = count
        self.arguments = arguments
        self.log = log
    }

    /// Supervises until its task is cancelled; returns when every worker has ended.
    package func run() async {
        await withTaskGroup(of: Void.self) { tasks in
            for worker in 0..<count { tasks.addTask { await self.keepAlive(worker) } }
        }
    }

    private func keepAlive(_ worker: Int) async {
        var pause = Self.shortestPause
        while !Task.isCancelled {
            let start = ContinuousClock.now
            await runOnce(worker)
            guard !Task.isCancelled else { return }
            pause = start.duration(to: .now) > Self.youth ? Self.shortestPause : min(pause * 2, Self.longestPause)
            try? await Task.sleep(for: pause)
        }
    }

    /// Runs one worker process to its end. Cancelled, it asks the process to end and waits for that.
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
            box.stop()
        }
        try? lifeline.fileHandleForWriting.close()
        if process.processIdentifier > 0 {
            log.info("a ferry worker has ended", metadata: ["worker": "\(worker)", "status": "\(process.terminationStatus)"])
        }
    }
}

/// A process that is started and stopped from two tasks.
///
/// Sendable: start and stop are serialised by the lock; `terminate` is the only call made on a running process.
private final class ProcessBox: @unchecked Sendable {
    private enum State { case new, running, stopped }

    private let process: Process
    private let state = Mutex(State.new)

    init(process: Process) { self.process = process }

    func start() throws {
        try state.withLock { state in
            guard case .new = state else { throw CancellationError() }
            try process.run()
            state = .running
        }
    }

    func stop() {
        state.withLock { state in
            if case .running = state, process.isRunning { process.terminate() }
            state = .stopped
        }
    }
}
