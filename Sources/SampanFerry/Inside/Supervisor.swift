internal import Glibc
package import Logging
internal import SampanProcess

/// Keeps N worker processes alive: starts them, restarts one that dies within a second (GW-04), and ends them all when it ends.
///
/// Each worker holds the reading end of a pipe as its standard input: when the supervisor dies, however, the pipe closes and they end too.
package struct Supervisor: Sendable {
    private let program: String
    private let arguments: @Sendable (_ worker: Int) -> [String]
    private let count: Int
    private let log: Logger
    private let grace: Duration
    private let now: @Sendable () -> ContinuousClock.Instant
    private let pause: @Sendable (Duration) async -> Void

    /// First wait after a death; doubles while a worker keeps dying young.
    private static let shortestPause: Duration = .milliseconds(50)
    private static let longestPause: Duration = .milliseconds(800)
    /// What the workers before may take when their number changes. 1 s: a turn takes milliseconds.
    private static let handOver: Duration = .seconds(1)
    /// A worker that lived this long has started well.
    private static let youth: Duration = .seconds(5)

    /// - Parameters:
    ///   - program: path of the program to run.
    ///   - arguments: what it is given for a worker of 0 to `count` - 1.
    ///   - grace: how long a worker that was asked to end may take before it is killed. 10 s: it drains within 2.
    ///   - now: how long a worker has lived is told by it.
    ///   - pause: waits before a restart, or returns early when the task is cancelled.
    package init(
        program: String, count: Int, arguments: @escaping @Sendable (_ worker: Int) -> [String], log: Logger,
        grace: Duration = .seconds(10), now: @escaping @Sendable () -> ContinuousClock.Instant = { .now },
        pause: @escaping @Sendable (Duration) async -> Void = { try? await Task.sleep(for: $0) }
    ) {
        self.program = program
        self.count = count
        self.arguments = arguments
        self.log = log
        self.grace = grace
        self.now = now
        self.pause = pause
    }

    /// Supervises until its task is cancelled; returns when every worker has ended.
    /// - Parameter changes: how many workers there are from now on (GW-09). All are started again then, when those before have
    ///   finished what they had claimed. One that stands still holds nobody up for longer than `handOver`: it is killed in the end, and
    ///   leases and fences keep it apart from the next ones meanwhile.
    package func run(changes: AsyncStream<Int> = AsyncStream { $0.finish() }) async {
        var workers = WorkerGeneration { [count] in await supervise(count) }
        var former: [WorkerGeneration] = []
        for await count in changes {
            workers.end()
            await workers.ended(within: pause, Self.handOver)
            guard !Task.isCancelled else { break }
            log.notice("the ferry's workers are started anew", metadata: ["workers": "\(count)"])
            former.append(workers)
            workers = WorkerGeneration { await supervise(count) }
        }
        await withTaskCancellationHandler { [workers] in
            await workers.wait()
        } onCancel: { [workers] in
            workers.end()
        }
        for generation in former { await generation.wait() }
    }

    private func supervise(_ count: Int) async {
        await withTaskGroup(of: Void.self) { tasks in
            for worker in 0..<count { tasks.addTask { await self.keepAlive(worker) } }
        }
    }

    private func keepAlive(_ worker: Int) async {
        var wait = Self.shortestPause
        while !Task.isCancelled {
            let start = now()
            await runOnce(worker)
            guard !Task.isCancelled else { return }
            wait = start.duration(to: now()) > Self.youth ? Self.shortestPause : min(wait * 2, Self.longestPause)
            await pause(wait)
        }
    }

    /// Runs one worker process to its end. Cancelled, it asks the process to end, kills it when it does not, and waits for that.
    private func runOnce(_ worker: Int) async {
        let process: ChildProcess
        do throws(SpawnError) {
            process = try ChildProcess(program: program, arguments: arguments(worker), input: .lifeline)
        } catch {
            log.error("a ferry worker cannot be started", metadata: ["worker": "\(worker)", "reason": "\(error)"])
            return
        }
        log.info("a ferry worker has started", metadata: ["worker": "\(worker)", "pid": "\(process.number)"])
        let status = await withTaskCancellationHandler {
            await process.waitForEnd()
        } onCancel: {
            stop(process)
        }
        log.info("a ferry worker has ended", metadata: ["worker": "\(worker)", "status": "\(status)"])
    }

    private func stop(_ process: ChildProcess) {
        process.signal(SIGTERM)
        let grace = grace
        Task {
            try? await Task.sleep(for: grace)
            process.signal(SIGKILL)
        }
    }
}
