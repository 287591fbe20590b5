import Glibc
@testable import SampanTransport
import Synchronization
import Testing

@Suite("Quiet threads", .timeLimit(.minutes(20)))
struct QuietThreadTests {
    private struct Fault: Error, Equatable {}

    /// How the kernel treats the calling thread.
    private struct Treatment: Sendable, Equatable {
        let policy: Int32
        let niceness: Int32

        static var here: Treatment {
            Treatment(policy: sched_getscheduler(0), niceness: getpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0))
        }
    }

    /// Runs jobs where they are enqueued, and notes how that thread is treated.
    private final class Recorder: TaskExecutor {
        let treatments = Mutex<[Treatment]>([])

        func enqueue(_ job: consuming ExecutorJob) {
            treatments.withLock { $0.append(.here) }
            let job = UnownedJob(job)
            unsafe job.runSynchronously(on: asUnownedTaskExecutor())
        }
    }

    @Test(
        "the work is nice, never idle: it may hold what loops wait for; whoever waits for it is woken by a thread that is treated as all others, and so are those it makes"
    )
    func handover() async throws {
        let ordinary = Treatment.here
        // The start of the task, and what came after the work: the work may be over before anybody waits for it, and nobody is woken then.
        for _ in 0..<1_000 {
            let recorder = Recorder()
            let inside = await Task(executorPreference: recorder) { await QuietThread.run { Treatment.here } }.value
            #expect(inside.policy == 0 && inside.niceness == ordinary.niceness + 10)
            let seen = recorder.treatments.withLock { $0 }
            #expect(!seen.isEmpty && seen.allSatisfy { $0 == ordinary }, "\(seen)")
            guard seen.count < 2 else { return }
        }
        Issue.record("nobody was woken in a thousand times")
    }

    @Test("longer work is nice, and the caller stays as it was")
    func nice() throws {
        let ordinary = Treatment.here
        let inside = QuietThread.runBlocking { Treatment.here }
        #expect(inside.policy == 0 && inside.niceness == ordinary.niceness + 10)
        #expect(Treatment.here == ordinary)
    }

    @Test("what it throws is thrown, by either")
    func faults() async {
        await #expect(throws: Fault()) { try await QuietThread.run { () throws(Fault) in throw Fault() } }
        #expect(throws: Fault()) { try QuietThread.runBlocking { () throws(Fault) in throw Fault() } }
    }

    @Test("many at once, each with its own result")
    func many() async {
        await withTaskGroup(of: (Int, Int).self) { tasks in
            for number in 0..<200 { tasks.addTask { (number, await QuietThread.run { number * number }) } }
            for await (number, square) in tasks { #expect(square == number * number) }
        }
    }
}
