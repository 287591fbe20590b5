import Logging
import SampanAPI
import SampanDomain
import SampanRPC
import StoreTestSupport
import Synchronization
import Testing

@testable import SampanFerry

@Suite("Questions across the gap", .timeLimit(.minutes(20)))
struct InquiryTests {
    private static let question = GatewayV1.Inquiry.Question.listExperts(BookingV1.ListExpertsRequest(departmentCode: "03"))
    private static let answer = GatewayV1.InquiryAnswer.Answer.listExperts(BookingV1.ListExpertsResponse())

    /// A clock that a test moves.
    private final class Time: Sendable {
        private let instant = Mutex(ContinuousClock.now)
        var now: ContinuousClock.Instant { instant.withLock { $0 } }
        func pass(_ time: Duration) { instant.withLock { $0 += time } }
    }

    private func asked(_ board: InquiryBoard, _ count: Int = 1) async {
        while board.openCount < count { await Task.yield() }
    }

    @Test("a question is handed to one claimer, and its answer to who asked")
    func once() async throws {
        let board = InquiryBoard(firstID: 100)
        let asking = Task { await board.ask(Self.question, for: "A") }
        await asked(board)
        let claimed = board.claim(limit: 8)
        #expect(claimed.map(\.asker) == ["A"] && claimed.map(\.question) == [Self.question])
        #expect(board.claim(limit: 8).isEmpty)
        board.answer(GatewayV1.InquiryAnswer(id: claimed[0].id, answer: Self.answer))
        #expect(await asking.value == Self.answer && board.openCount == 0)
        // Again, or of another process: nobody waits for it.
        board.answer(GatewayV1.InquiryAnswer(id: claimed[0].id, answer: Self.answer))
        board.answer(GatewayV1.InquiryAnswer(id: 1, answer: Self.answer))
    }

    @Test("a question whose taker died is handed out again after its patience, not before, and not once it is answered")
    func again() async throws {
        let time = Time()
        let board = InquiryBoard(patience: .seconds(1), monotonic: { time.now })
        let asking = Task { await board.ask(Self.question, for: "A") }
        await asked(board)
        let first = board.claim(limit: 1)
        time.pass(.milliseconds(999))
        #expect(board.claim(limit: 1).isEmpty)
        time.pass(.milliseconds(1))
        #expect(board.claim(limit: 1) == first)
        board.answer(GatewayV1.InquiryAnswer(id: first[0].id, answer: Self.answer))
        _ = await asking.value
        time.pass(.seconds(2))
        #expect(board.claim(limit: 1).isEmpty)
    }

    @Test("a caller that gives up takes its question along; more than the limit are turned away; claims have a limit")
    func limits() async throws {
        let board = InquiryBoard(maximumOpen: 3)
        let asking = (0..<3).map { _ in Task { await board.ask(Self.question, for: "A") } }
        await asked(board, 3)
        #expect(await board.ask(Self.question, for: "A") == nil)
        asking[0].cancel()
        #expect(await asking[0].value == nil)
        #expect(board.openCount == 2 && board.claim(limit: 1).count == 1 && board.claim(limit: 8).count == 1)
        for task in asking { task.cancel() }
        for task in asking { _ = await task.value }
        #expect(board.openCount == 0)
    }

    @Test("a wait ends with the next question, at once where there is one, and when it is cancelled")
    func waiting() async throws {
        let board = InquiryBoard()
        let waiting = Task { await board.wait() }
        let cancelled = Task { await board.wait() }
        cancelled.cancel()
        #expect(await cancelled.value == false)
        let asking = Task { await board.ask(Self.question, for: "A") }
        #expect(await waiting.value)
        await asked(board)
        #expect(await board.wait())
        asking.cancel()
        _ = await asking.value
    }

    @Test("GW-20 from desk to HIS and back over the stubs: the answer, a refusal, and a HIS that is away and comes back")
    func wholeWay() async throws {
        let directory = try TemporaryDirectory()
        let store = try await HISStore.open(path: directory.file(), seed: try ClinicFixture.seed())
        let away = Mutex(2)
        struct Flaky: HISReading {
            let base: HISStore
            let isAway: @Sendable () -> Bool
            func answer(_ inquiry: GatewayV1.Inquiry, now: UnixTime) async throws(HISError) -> GatewayV1.InquiryAnswer {
                if isAway() { throw .unavailable("away") }
                return try await base.answer(inquiry, now: now)
            }
        }
        let his = Flaky(base: store) {
            away.withLock { left in
                left -= 1
                return left >= 0
            }
        }
        let time = Time()
        let board = InquiryBoard(monotonic: { time.now })
        let gateway = InProcessCaller([InquiryDesk(board: board, pause: { _ in await Task.yield() })], as: try identity(.ferry))
        let worker = InquiryWorker(
            gateway: gateway, his: his, pollInterval: .milliseconds(10),
            time: WorkerTime(
                wall: { ClinicFixture.early },
                pause: { _ in
                    time.pass(.seconds(1))
                    await Task.yield()
                }), log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        let working = Task { await worker.run() }
        let known = BookingV1.QuoteBookingRequest(
            institutionCode: ClinicFixture.hospital, scheduleID: "S1-480", payerClass: .selfPaid)
        guard case .quoteBooking(let quote)? = await board.ask(.quoteBooking(known), for: "A") else { Issue.record("no quote"); return }
        #expect(quote.split?.selfFen == 1_500)
        let unknown = BookingV1.QuoteBookingRequest(institutionCode: ClinicFixture.hospital, scheduleID: "S9", payerClass: .selfPaid)
        guard case .refusal(let refusal)? = await board.ask(.quoteBooking(unknown), for: "A") else { Issue.record("no refusal"); return }
        #expect(refusal.reason == "SCHEDULE_UNKNOWN")
        working.cancel()
        await working.value
        await store.close()
    }

    @Test("a claim out of range is refused", arguments: [0, 257] as [UInt32])
    func wrongClaim(limit: UInt32) async throws {
        let client = GatewayV1.InquiryServiceClient(InProcessCaller([InquiryDesk(board: InquiryBoard())], as: try identity(.ferry)))
        let error = try await failure { _ = try await client.claimInquiries(GatewayV1.ClaimInquiriesRequest(limit: limit)) }
        #expect(error.code == .invalidArgument && error.errorInfo?.reason == "INVALID_CLAIM")
    }
}
