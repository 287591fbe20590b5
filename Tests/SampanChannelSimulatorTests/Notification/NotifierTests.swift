import Logging
import SampanChannelSimulator
import SampanDomain
import StoreTestSupport
import Synchronization
import Testing

@Suite("Notifications of the channel", .timeLimit(.minutes(20)))
struct NotifierTests {
    @Test("WeChat Pay's ladder, scaled; the last rung repeats")
    func ladder() throws {
        let real = try #require(NotificationLadder(scale: 1))
        let all = (1...16).map { real.interval(after: $0) }
        let seconds: [Int64] = [15, 15, 30, 180, 600, 1_200, 1_800, 1_800, 1_800, 3_600, 10_800, 10_800, 10_800, 21_600, 21_600, 21_600]
        #expect(all == seconds.map { .seconds($0) })
        #expect(NotificationLadder.development.interval(after: 1) == .milliseconds(150))
        #expect(real.interval(after: Int.max) == .seconds(21_600) && real.interval(after: 0) == .seconds(15))
        for wrong in [0, 0.00009, 1.1, -1, .nan, .infinity] { #expect(NotificationLadder(scale: wrong) == nil) }
    }

    @Test("sent at once, again on the ladder, until OK")
    func retries() async throws {
        try await Self.with(failures: 3) { fixture, sent in
            _ = try await fixture.pay(try await fixture.create())
            var sent = sent.makeAsyncIterator()
            var sleeps = fixture.clock.sleeps.makeAsyncIterator()
            #expect(await sent.next() == "T1")
            for wait in [150, 150, 300] {
                #expect(await sleeps.next() == .milliseconds(wait))
                fixture.clock.advance(.milliseconds(wait))
                #expect(await sent.next() == "T1")
            }
            try await Self.untilNothingIsOwed(fixture)
        }
    }

    @Test("a lost one is sent again, a double one twice")
    func faults() async throws {
        try await Self.with(plan: try ServiceFixture.plan("T1,notify_order,LOST,1,", "T1,notify_order,TWICE,1,")) { fixture, sent in
            _ = try await fixture.pay(try await fixture.create())
            var sleeps = fixture.clock.sleeps.makeAsyncIterator()
            #expect(await sleeps.next() == .milliseconds(150))
            fixture.clock.advance(.milliseconds(150))
            var sent = sent.makeAsyncIterator()
            #expect(await sent.next() == "T1")
            #expect(await sent.next() == "T1")
            try await Self.untilNothingIsOwed(fixture)
        }
    }

    @Test("a thousand closed and paid orders are all told")
    func many() async throws {
        try await Self.with { fixture, sent in
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                for index in 0..<1_000 {
                    tasks.addTask { _ = try await fixture.pay(try await fixture.create("T\(index)"), index % 2 == 0) }
                }
                try await tasks.waitForAll()
            }
            var told: Set<String> = []
            for await number in sent {
                told.insert(number)
                if told.count == 1_000 { break }
            }
            try await Self.untilNothingIsOwed(fixture)
        }
    }

    @Test("what an earlier life owed is sent at the start")
    func restart() async throws {
        let first = try ServiceFixture()
        _ = try await first.pay(try await first.create())
        await first.store.close()
        try await Self.with(directory: first.directory) { fixture, sent in
            var sent = sent.makeAsyncIterator()
            #expect(await sent.next() == "T1")
            try await Self.untilNothingIsOwed(fixture)
        }
    }

    /// A running notifier whose merchant fails so many times before it answers OK.
    private static func with(
        plan: FaultPlan = .none, directory: TemporaryDirectory? = nil, failures: Int = 0,
        _ body: (ServiceFixture, AsyncStream<String>) async throws -> Void
    ) async throws {
        let wakeUps = WakeUps()
        let fixture = try ServiceFixture(plan: plan, directory: directory, wakeUps: wakeUps)
        let (sent, continuation) = AsyncStream.makeStream(of: String.self)
        let left = Mutex(failures)
        let notifier = Notifier(
            store: fixture.store, wakeUps: wakeUps, ladder: .development, faults: fixture.faults, time: fixture.clock.time,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        ) { order, _ in
            continuation.yield(order.text)
            let fails = left.withLock { left in
                left -= 1
                return left >= 0
            }
            if fails { throw Refused() }
        }
        let running = Task { await notifier.run() }
        let result: Result<Void, any Error>
        do { result = .success(try await body(fixture, sent)) } catch { result = .failure(error) }
        running.cancel()
        await running.value
        await fixture.store.close()
        try result.get()
    }

    private struct Refused: Error {}

    /// The record of an OK follows its sending; yields to it instead of sleeping.
    private static func untilNothingIsOwed(_ fixture: ServiceFixture) async throws {
        while try await !fixture.store.pendingNotifications(limit: 1).isEmpty { await Task.yield() }
    }
}
