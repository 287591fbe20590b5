import Foundation
import Logging
import StoreTestSupport
import Synchronization
import Testing

@testable import SampanFerry

/// Real child processes: shell scripts that leave their number in a file.
@Suite("Supervisor", .timeLimit(.minutes(20)))
struct SupervisorTests {
    private let directory: TemporaryDirectory
    init() throws { directory = try TemporaryDirectory() }

    private func supervisor(
        _ script: String, count: Int = 1, grace: Duration = .seconds(10),
        now: @escaping @Sendable () -> ContinuousClock.Instant = { .now },
        pause: @escaping @Sendable (Duration) async -> Void = Waiting.pause
    ) -> Supervisor {
        let file = directory.file("pids")
        return Supervisor(
            program: "/bin/sh", count: count, arguments: { ["-c", script, "sh", file, "\($0)"] },
            log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, grace: grace, now: now, pause: pause)
    }

    /// Process numbers in the file, as soon as there are `count`.
    private func processes(_ count: Int) async throws -> [pid_t] {
        while true {
            let text = (try? String(contentsOfFile: directory.file("pids"), encoding: .utf8)) ?? ""
            let numbers = text.split(separator: "\n").compactMap { pid_t($0) }
            if numbers.count >= count, text.hasSuffix("\n") { return numbers }
            // Another process is waited for: there is nothing to be woken by.
            try await Waiting.moment()
        }
    }

    private func isAlive(_ process: pid_t) -> Bool { kill(process, 0) == 0 }

    /// Lives until its standard input ends.
    private static let patient = "echo $$ >> \"$1\"; while read line; do :; done"

    @Test("GW-04 a worker that dies is running again; all end with the supervisor")
    func restarts() async throws {
        let running = Task { await supervisor(Self.patient, count: 3).run() }
        let first = try await processes(3)
        kill(first[1], SIGKILL)
        let all = try await processes(4)
        #expect(!isAlive(first[1]) && isAlive(first[0]) && isAlive(first[2]) && isAlive(all[3]))
        running.cancel()
        await running.value
        #expect(all.allSatisfy { !isAlive($0) })
    }

    @Test("GW-09 the number of workers changes while it runs: those before end first, and as many start as are said")
    func changes() async throws {
        let (counts, change) = AsyncStream.makeStream(of: Int.self)
        let running = Task { await supervisor(Self.patient, count: 3).run(changes: counts) }
        let first = try await processes(3)
        change.yield(2)
        let second = try await processes(5)
        #expect(first.allSatisfy { !isAlive($0) })
        change.yield(4)
        let third = try await processes(9)
        #expect(second.dropFirst(3).allSatisfy { !isAlive($0) } && third.dropFirst(5).allSatisfy { isAlive($0) })
        running.cancel()
        await running.value
        #expect(third.allSatisfy { !isAlive($0) })
    }

    @Test(
        "GW-04 a worker that dies at once is started at a growing distance, never further apart than a second; one that has lived is not",
        arguments: [(5, [100, 200, 400, 800, 800, 800]), (6, [50, 50, 50, 50, 50, 50])])
    func backsOff(life: Int, expected: [Int]) async throws {
        // Each look at the clock is that many seconds later: whatever this machine makes of it.
        let looks = Mutex(0)
        let start = ContinuousClock.now
        let clock: @Sendable () -> ContinuousClock.Instant = {
            start.advanced(
                by: .seconds(
                    looks.withLock { looks in
                        looks += life
                        return looks
                    }))
        }
        let pauses = Mutex<[Duration]>([])
        let (sixth, isReached) = AsyncStream.makeStream(of: Void.self)
        let supervisor = supervisor("exit 3", now: clock) { time in
            let count = pauses.withLock { pauses in
                pauses.append(time)
                return pauses.count
            }
            if count >= 6 {
                isReached.finish()
                await Waiting.untilCancelled()
            }
        }
        let running = Task { await supervisor.run() }
        for await _ in sixth {}
        running.cancel()
        await running.value
        #expect(pauses.withLock { $0 } == expected.map { .milliseconds($0) })
    }

    @Test("a program that is not there is tried again, and is no reason to crash")
    func missingProgram() async throws {
        let (tries, tried) = AsyncStream.makeStream(of: Void.self)
        let supervisor = Supervisor(
            program: directory.file("nothing"), count: 1, arguments: { _ in [] },
            log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            pause: { _ in
                tried.yield()
                await Task.yield()
            })
        let running = Task { await supervisor.run() }
        var count = 0
        for await _ in tries {
            count += 1
            if count == 3 { break }
        }
        running.cancel()
        await running.value
    }

    @Test("a worker that does not hear SIGTERM is killed after its grace")
    func deaf() async throws {
        let running = Task {
            await supervisor("trap '' TERM; echo $$ >> \"$1\"; while :; do sleep 0.1; done", grace: .milliseconds(100)).run()
        }
        let process = try await processes(1)[0]
        running.cancel()
        await running.value
        #expect(!isAlive(process))
    }

    @Test("cancelled before it begins, it starts nothing")
    func cancelledFirst() async throws {
        let running = Task {
            while !Task.isCancelled { await Task.yield() }
            await supervisor(Self.patient, count: 5).run()
        }
        running.cancel()
        await running.value
        #expect(!FileManager.default.fileExists(atPath: directory.file("pids")))
    }
}
