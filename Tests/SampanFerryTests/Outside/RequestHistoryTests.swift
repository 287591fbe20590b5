import Logging
import SampanDomain
import SampanTestSupport
import StoreTestSupport
import Testing

@testable import SampanFerry
@testable import SampanStorage

@Suite("Request history", .timeLimit(.minutes(20)))
struct RequestHistoryTests {
    let directory: TemporaryDirectory
    init() throws { directory = try TemporaryDirectory() }

    @Test("GW-03: a row that became history is found as before: by number, by a replay, by a watcher, by a second outcome")
    func found() async throws {
        let store = try await RequestStore.open(path: directory.file())
        for id in 0..<5 { _ = try await store.submit(request(id), now: time(1)) }
        let completions = try [0, 1, 3].map { RequestCompletion(seq: $0, outcome: try receipt($0), decidedAt: time(2)) }
        _ = try await store.complete(completions, now: time(3))
        let before = try await store.status(3)
        // Twice as many as there are: the rest stays open.
        #expect(try await store.archive(6) == 3)
        #expect(try await store.archive(6) == 0)
        #expect(store.finishedCount == 0 && store.openCount == 2)
        #expect(try await store.status(3) == before)
        #expect(try await store.submit(request(3), now: time(9)) == before)
        await #expect(throws: RequestStoreError.requestIDReused(seq: 3)) { try await store.submit(request(3, hash: 2), now: time(9)) }
        var watched: [RequestRowStatus] = []
        for try await status in store.watch(3) { watched.append(status) }
        #expect(watched == [before])
        let again = try await store.complete(
            [completions[2], RequestCompletion(seq: 1, outcome: refused, decidedAt: time(2))], now: time(9))
        #expect(again == [.success(before), .failure(.outcomeConflict(seq: 1))])
        await store.close()
    }

    @Test("GW-06: numbers go on where they were when every row is history, also after a restart")
    func numbers() async throws {
        var store = try await RequestStore.open(path: directory.file())
        for id in 0..<3 { _ = try await store.submit(request(id), now: time(1)) }
        _ = try await store.complete(
            (0..<3).map { RequestCompletion(seq: $0, outcome: refused, decidedAt: time(2)) }, now: time(3))
        #expect(try await store.archive(9) == 3)
        await store.close()
        store = try await RequestStore.open(path: directory.file())
        #expect(store.openCount == 0 && store.finishedCount == 0)
        #expect(try await store.submit(request(3), now: time(4)).seq == 3)
        await store.close()
    }

    @Test("rows of a lot are the oldest, and only those finished by then")
    func oldest() async throws {
        let store = try await RequestStore.open(path: directory.file())
        for id in 0..<6 { _ = try await store.submit(request(id), now: time(1)) }
        for (seq, second) in [(5, 10), (0, 20), (3, 30)] as [(Int64, Int64)] {
            _ = try await store.complete([RequestCompletion(seq: seq, outcome: refused, decidedAt: time(2))], now: time(second))
        }
        #expect(try await store.archive(9, finishedBy: time(9)) == 0)
        #expect(try await store.archive(9, finishedBy: time(10)) == 1)
        #expect(try await store.archive(1) == 1)
        await store.close()
        #expect(try await Self.tables(directory.file()) == Tables(hot: [1, 2, 3, 4], history: [0, 5]))
    }

    @Test("the tables keep the promise by themselves: no row leaves that is not history, and history is fixed")
    func triggers() async throws {
        let store = try await RequestStore.open(path: directory.file())
        for id in 0..<2 { _ = try await store.submit(request(id), now: time(1)) }
        _ = try await store.complete([RequestCompletion(seq: 0, outcome: refused, decidedAt: time(2))], now: time(3))
        _ = try await store.archive(9)
        await store.close()
        let database = try SQLiteDatabase(path: directory.file(), schema: RequestStore.schema)
        for statement in [
            "DELETE FROM requests WHERE seq = 1", "DELETE FROM request_history", "UPDATE request_history SET reason = 'X'",
            """
            INSERT INTO requests (seq, submitter, request_id, hash, payload, deadline, state, submitted_at)
            SELECT 0, submitter, 'other', hash, payload, deadline, 0, 1 FROM requests
            """,
        ] {
            await #expect("\(statement)") { try await database.write { tx in try tx.execute(statement) } } throws: {
                ($0 as? StorageError)?.kind == .constraint(.trigger)
            }
        }
        await database.close()
    }

    @Test("a file of the edition before is taken over: open rows are handed out, finished ones become history")
    func takenOver() async throws {
        let before = Schema(name: "requests", migrations: Array(RequestStore.schema.migrations.prefix(2)))
        let old = try SQLiteDatabase(path: directory.file(), schema: before)
        try await old.write { tx in
            for (seq, state) in [(0, 1), (1, 0), (2, 2)] as [(Int64, Int64)] {
                try tx.execute(
                    """
                    INSERT INTO requests (seq, submitter, request_id, hash, payload, deadline, state, receipt, reason, message,
                        submitted_at, decided_at, finished_at) VALUES (?, '4699010001', ?, ?, ?, 9, ?, ?, ?, ?, 1, ?, ?)
                    """,
                    .integer(seq), .text("r\(seq)"), .blob([UInt8](repeating: 1, count: 32)), .blob([7]), .integer(state),
                    SQLValue(state == 1 ? "H1" : nil), SQLValue(state == 2 ? "HIS_REFUSED" : nil), SQLValue(state == 2 ? "no" : nil),
                    SQLValue(state == 0 ? nil : 2), SQLValue(state == 0 ? nil : 3))
            }
        }
        await old.close()
        let store = try await RequestStore.open(path: directory.file())
        #expect(store.openCount == 1 && store.finishedCount == 2)
        let rows = try store.claim(RowClaim(Partition(worker: 0, of: 1), limit: 9), now: time(1))
        #expect(rows.map(\.seq) == [1] && rows.first?.payload == [7] && rows.first?.recipient == nil)
        #expect(try await store.archive(9) == 2)
        #expect(try await store.status(0).outcome == receipt(1))
        #expect(try await store.submit(request(2), now: time(9)).outcome == refused)
        #expect(try await store.submit(request(3), now: time(9)).seq == 3)
        await store.close()
    }

    @Test("the archivist takes lots as they come, and the rest when it is a minute old")
    func archivist() async throws {
        let store = try await RequestStore.open(path: directory.file())
        let (pauses, paused) = AsyncStream.makeStream(of: Void.self)
        let archivist = RequestArchivist(store, now: { time(100) }, log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }) { _ in
            for await _ in pauses { return }
        }
        let archiving = Task { await archivist.run() }
        let count = FinishedRows.lot + 2
        for id in 0..<count { _ = try await store.submit(request(id), now: time(1)) }
        // The last of them a minute before now, less a second.
        for seq in 0..<Int64(count) {
            let finished = time(seq == Int64(count) - 1 ? 41 : 40)
            _ = try await store.complete([RequestCompletion(seq: seq, outcome: refused, decidedAt: time(2))], now: finished)
        }
        while store.finishedCount != 2 { try await Waiting.moment() }
        paused.yield()
        while store.finishedCount != 1 { try await Waiting.moment() }
        archiving.cancel()
        paused.finish()
        await archiving.value
        await store.close()
    }

    @Test(
        "property: submits, outcomes, lots, replays and restarts in any order: no row lost, none twice, each outcome as it was given",
        arguments: [21, 22, 23] as [UInt64])
    func property(seed: UInt64) async throws {
        var random = SeededRandom(seed: seed)
        let path = directory.file("\(seed).db")
        var store = try await RequestStore.open(path: path)
        var rows: [Int] = []
        var outcomes: [Int64: RequestOutcome] = [:]
        for step in 0..<600 {
            switch Int.random(in: 0..<100, using: &random) {
            case 0..<45:
                // One in three is a replay.
                let id = Int.random(in: 0..<max(1, rows.count * 3 / 2), using: &random)
                let status = try await store.submit(request(id), now: time(Int64(step)))
                if let first = rows.firstIndex(of: id) {
                    #expect(status.seq == Int64(first), "seed \(seed)")
                } else {
                    #expect(status.seq == Int64(rows.count), "seed \(seed)")
                    rows.append(id)
                }
            case 45..<85:
                guard let seq = (0..<Int64(rows.count)).randomElement(using: &random) else { continue }
                let outcome = try outcomes[seq] ?? (Bool.random(using: &random) ? receipt(seq) : refused)
                let answer = try await store.complete(
                    [RequestCompletion(seq: seq, outcome: outcome, decidedAt: time(1))], now: time(Int64(step)))
                #expect(try answer[0].get().outcome == outcome, "seed \(seed)")
                outcomes[seq] = outcome
            case 85..<97: _ = try await store.archive(Int.random(in: 1...20, using: &random))
            default:
                await store.close()
                store = try await RequestStore.open(path: path)
                #expect(store.openCount == rows.count - outcomes.count, "seed \(seed)")
            }
        }
        for (seq, id) in rows.enumerated() {
            let status = try await store.status(Int64(seq))
            #expect(status.requestID.text == "r\(id)" && status.outcome == outcomes[Int64(seq)], "seed \(seed)")
        }
        await store.close()
        let tables = try await Self.tables(path)
        #expect(!tables.history.isEmpty)
        #expect((tables.hot + tables.history).sorted() == (0..<Int64(rows.count)).map { $0 }, "seed \(seed)")
    }

    struct Tables: Equatable {
        let hot: [Int64]
        let history: [Int64]
    }

    /// The numbers in each table, read behind the store's back.
    static func tables(_ path: String) async throws -> Tables {
        let database = try SQLiteDatabase(path: path, schema: RequestStore.schema)
        let tables = try await database.read { tx in
            Tables(
                hot: try tx.rows("SELECT seq FROM requests ORDER BY seq") { try $0.int64(0) },
                history: try tx.rows("SELECT seq FROM request_history ORDER BY seq") { try $0.int64(0) })
        }
        await database.close()
        return tables
    }
}
