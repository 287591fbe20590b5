import Foundation
import SampanDomain
import SampanMesh
import SampanStorage
import StoreTestSupport
import Synchronization
import Testing

@Suite("Audit log", .blocking, .timeLimit(.minutes(20)))
struct AuditLogTests {
    private let directory: TemporaryDirectory
    private let fixture: AuditFixture

    init() throws {
        directory = try TemporaryDirectory()
        fixture = try AuditFixture()
    }

    private var path: String { directory.file("audit.db") }

    private final class Reports: Sendable {
        let errors = Mutex<[AuditError]>([])
    }

    private func open(
        _ signer: AuditSigner, reports: Reports = Reports(), options: SQLiteOptions = SQLiteOptions(), pause: Duration? = nil
    ) async throws(AuditError) -> AuditLog {
        // A second is over when the test says so, or at the end.
        var time = AuditTime(now: { AuditFixture.time() })
        if pause == nil { time.pause = { _ in await Waiting.untilCancelled() } }
        return try await AuditLog.open(path: path, signer: { signer }, time: time, options: options) { error in
            reports.errors.withLock { $0.append(error) }
        }
    }

    private func records() throws -> [AuditRecord] {
        var records: [AuditRecord] = []
        try AuditArchive(path: path).forEach { number, record in
            #expect(number == UInt64(records.count) + 1)
            records.append(record)
        }
        return records
    }

    @Test("PL-05 what was recorded is there, chained, signed, and gone on with after it is opened again")
    func whole() async throws {
        let signer = try fixture.signer()
        for round in 0..<3 {
            let log = try await open(round == 2 ? fixture.signer() : signer)
            for index in 0..<100 { log.record(AuditFixture.record(round * 100 + index)) }
            let number = try await log.append(AuditRecord(at: AuditFixture.time(), kind: .admin, actor: "offline", detail: "吊销 某医院"))
            #expect(number == UInt64(round + 1) * 101)
            await log.close()
        }
        let records = try records()
        #expect(records.count == 303)
        #expect(records[100].detail == "吊销 某医院" && records[0] == AuditFixture.record(0) && records[302].kind == .admin)
        let chain = try AuditArchive(path: path).verify(trust: try fixture.trust)
        #expect(chain.number == 303 && chain.signer == "spiffe://test/gateway/4699010001/n1")
    }

    @Test("an archive reads a log while it is written, and refuses other files")
    func archive() async throws {
        let log = try await open(try fixture.signer())
        try await log.append(AuditFixture.record(1))
        #expect(try AuditArchive(path: path).verify().number == 1)
        try await log.append(AuditFixture.record(2))
        #expect(try AuditArchive(path: path).verify().number == 2)
        await log.close()
        await #expect(throws: AuditError.closed) { try await log.append(AuditFixture.record(3)) }
        #expect(throws: AuditError.self) { try AuditArchive(path: directory.file("none.db")) }
        try Data("no database at all, but long enough to be one".utf8).write(to: URL(fileURLWithPath: directory.file("text.db")))
        #expect(throws: AuditError.self) { try AuditArchive(path: directory.file("text.db")) }
        let other = try SQLiteDatabase(path: directory.file("other.db"), schema: Schema(name: "other", migrations: []))
        await other.close()
        #expect(throws: AuditError.self) { try AuditArchive(path: directory.file("other.db")) }
    }

    private static let changes: [(String, AuditFault)] = [
        ("UPDATE entries SET record = x'0102' WHERE number = 7", .chain(.changed(7))),
        ("DELETE FROM entries WHERE number = 7", .chain(.dropped(7))),
        ("DELETE FROM entries WHERE number > 18", .chain(.cutShort(after: 18))), ("DELETE FROM heads", .unsigned(1)),
        ("UPDATE entries SET number = 21 WHERE number = 7", .chain(.dropped(7))),
        ("UPDATE entries SET hash = (SELECT hash FROM entries WHERE number = 3) WHERE number = 2", .chain(.changed(2))),
        ("UPDATE signers SET certificate = x'3000'", .forgedHead(20)),
    ]

    @Test("what somebody does to the file is found, by verify and, at the end of it, by the next start", arguments: changes.indices)
    func tampered(row: Int) async throws {
        let (sql, fault) = Self.changes[row]
        let signer = try fixture.signer()
        let log = try await open(signer)
        for index in 0..<19 { log.record(AuditFixture.record(index)) }
        try await log.append(AuditFixture.record(19))
        await log.close()
        try await change(sql)
        let error = #expect(throws: AuditError.self) { try AuditArchive(path: path).verify() }
        guard case .damaged(let found) = error else { return #expect(Bool(false), "\(String(describing: error))") }
        // Heads that were committed on the way may lie before the last.
        if case .forgedHead = fault { #expect(found.entry != nil) } else { #expect(found == fault) }
        guard [.chain(.cutShort(after: 18)), .unsigned(1), .forgedHead(20)].contains(fault) else { return }
        let reopened = await #expect(throws: AuditError.self) { _ = try await open(signer) }
        guard case .damaged = reopened else { return #expect(Bool(false), "\(String(describing: reopened))") }
    }

    private func change(_ sql: String) async throws {
        let database = try SQLiteDatabase(path: path, schema: AuditArchive.schema)
        try await database.write { tx in try tx.execute(sql) }
        await database.close()
    }

    @Test("a full disk: the error is told once, nothing waits for it, and the next entry counts what was lost")
    func fullDisk() async throws {
        let (signer, reports) = (try fixture.signer(), Reports())
        var options = SQLiteOptions()
        options.maximumPages = 24
        let log = try await open(signer, reports: reports, options: options)
        var (written, lost, turns, isFull) = (0, 0, 0, false)
        for index in 0..<400 {
            do throws(AuditError) {
                try await log.append(AuditFixture.record(index))
                written += 1
                isFull = false
            } catch {
                guard case .storage(let storage) = error, storage.kind == .full else { throw error }
                lost += 1
                turns += isFull ? 0 : 1
                isFull = true
            }
        }
        #expect(written > 10 && lost > 10)
        // Entries differ by the bytes of a signature: on the last page, one may fit after another did not.
        #expect(reports.errors.withLock { $0.count } == turns)
        await log.close()
        let whole = try records()
        #expect(try AuditArchive(path: path).verify().number == UInt64(whole.count))
        // Each entry that was taken, none that was refused; in between, what was counted of those.
        #expect(whole.count { $0.kind == .denial } == written)
        #expect(whole.filter { $0.kind == .untold }.reduce(0) { $0 + $1.count } <= UInt64(lost))
        // Room again.
        let again = try await open(signer)
        try await again.append(AuditFixture.record(1))
        await again.close()
        #expect(try records().count == whole.count + 1)
        #expect(try AuditArchive(path: path).verify().number == UInt64(whole.count) + 1)
    }

    @Test("after an error the next commit that works tells how many were lost, and a new error is told again")
    func recovers() async throws {
        let (signer, reports) = (try fixture.signer(), Reports())
        let isBroken = Atomic<Bool>(false)
        let fixture = fixture
        let (good, none) = (signer, try fixture.brokenSigner())
        let log = try await AuditLog.open(
            path: path, signer: { isBroken.load(ordering: .relaxed) ? none : good },
            time: AuditTime(now: { AuditFixture.time() }, pause: { _ in await Waiting.untilCancelled() })
        ) { error in reports.errors.withLock { $0.append(error) } }
        for round in 0..<2 {
            isBroken.store(true, ordering: .relaxed)
            for index in 0..<5 {
                await #expect(throws: AuditError.self) { try await log.append(AuditFixture.record(index)) }
            }
            isBroken.store(false, ordering: .relaxed)
            try await log.append(AuditFixture.record(round))
        }
        await log.close()
        let records = try records()
        #expect(records.map(\.kind) == [.untold, .denial, .untold, .denial])
        #expect(records[0].count == 5 && records[0].reason == "NOT_WRITTEN" && records[2].count == 5)
        #expect(reports.errors.withLock { $0.count } == 2)
        #expect(try AuditArchive(path: path).verify(trust: try fixture.trust).number == 4)
    }

    @Test("a flood of 10^5 denials of one caller is two entries, and the second is over by the clock")
    func flood() async throws {
        let (stream, seconds) = AsyncStream.makeStream(of: Void.self)
        let now = Mutex(AuditFixture.time())
        let signer = try fixture.signer()
        let log = try await AuditLog.open(
            path: path, signer: { signer },
            time: AuditTime(
                now: { now.withLock { $0 } },
                pause: { _ in
                    var iterator = stream.makeAsyncIterator()
                    await iterator.next()
                })
        ) { _ in }
        for _ in 0..<100_000 { log.record(AuditFixture.record(1)) }
        now.withLock { $0 = AuditFixture.time(1_000) }
        seconds.yield()
        // Another caller, behind what the second brings out.
        while try AuditArchive(path: path).verify().number < 2 { try await Waiting.moment() }
        try await log.append(AuditFixture.record(2))
        await log.close()
        #expect(try records().map(\.count) == [1, 99_999, 1])
    }

    @Test("a log that is let go closes its file, and kill -9 in the middle of commits leaves a chain that goes on")
    func killed() async throws {
        var numbers: UInt64 = 0
        for round in 0..<6 {
            let child = try TalkingProcess.workload(["audit", directory.path])
            var last: UInt64 = 0
            for _ in 0..<(20 + round * 17) {
                guard let line = child.line(), let number = UInt64(line) else { break }
                last = max(last, number)
            }
            child.kill()
            let chain = try AuditArchive(path: path).verify()
            #expect(chain.number >= last && last > numbers, "round \(round)")
            numbers = chain.number
        }
    }
}
