import SampanAPI
import SampanMesh
import SampanRPC
import SampanStorage
import StoreTestSupport
import Testing

@testable import SampanAuthority

@Suite("The journal on the disk", .timeLimit(.minutes(20)))
struct JournalTests {
    /// What somebody does to the file who may write to it.
    private static func tamper(_ fixture: AuthorityFixture, _ statements: [String]) async throws {
        await fixture.authority.close()
        let database = try SQLiteDatabase(path: fixture.folder.journal, schema: AuthorityStore.schema)
        try await database.write { tx in
            for trigger in ["entries_final", "entries_kept"] { try tx.execute("DROP TRIGGER \(trigger)") }
            for statement in statements { try tx.execute(statement) }
        }
        await database.close()
    }

    @Test(
        "what was changed, dropped or put in is found at the start, and named",
        arguments: [
            ("UPDATE entries SET record = CAST(record || x'00' AS BLOB) WHERE number = 2", HashChainFault.changed(2)),
            ("UPDATE entries SET record = substr(record, 1, length(record) / 2) WHERE number = 1", .changed(1)),
            ("UPDATE entries SET hash = zeroblob(32) WHERE number = 3", .changed(3)),
            ("UPDATE entries SET previous_hash = zeroblob(32) WHERE number = 3", .changed(3)),
            ("DELETE FROM entries WHERE number = 2", .dropped(2)),
            ("UPDATE entries SET number = 9 WHERE number = 3", .dropped(3)),
        ])
    func damaged(statement: String, fault: HashChainFault) async throws {
        let fixture = try await AuthorityFixture()
        _ = try await fixture.node("n1")
        try await Self.tamper(fixture, [statement])
        let error = await #expect(throws: AuthorityError.self) { _ = try await fixture.another() }
        guard case .journal(let found) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(found == fault)
    }

    @Test("a row of another type is a damaged file; an index that points elsewhere is found when it is used")
    func broken() async throws {
        let fixture = try await AuthorityFixture()
        let node = try await fixture.node("n1")
        try await Self.tamper(fixture, ["UPDATE epochs SET entry = 2 WHERE number = 1"])
        let authority = try await fixture.another()
        let error = await AuthorityFixture.failure {
            _ = try await TestNode.client(authority, node.identity).getEpoch(TrustV1.GetEpochRequest(number: 1))
        }
        #expect(error?.code == .dataLoss)
        await authority.close()
        let again = try await AuthorityFixture()
        try await Self.tamper(again, ["UPDATE entries SET record = 'text' WHERE number = 1"])
        let second = await #expect(throws: AuthorityError.self) { _ = try await again.another() }
        guard case .storage(let storage) = second, storage.kind == .wrongType else {
            Issue.record("\(String(describing: second))")
            return
        }
    }

    @Test("entries are never changed or deleted by our own hands")
    func triggers() async throws {
        let fixture = try await AuthorityFixture()
        await fixture.authority.close()
        let database = try SQLiteDatabase(path: fixture.folder.journal, schema: AuthorityStore.schema)
        for statement in ["UPDATE entries SET record = x'00'", "DELETE FROM entries"] {
            await #expect(throws: StorageError.self) { try await database.write { tx in try tx.execute(statement) } }
        }
        await database.close()
    }

    @Test("a full disk is a typed error, and nothing is half written")
    func full() async throws {
        let fixture = try await AuthorityFixture()
        await fixture.authority.close()
        var options = SQLiteOptions()
        options.maximumPages = 24
        let authority = try await Authority(
            folder: fixture.folder, passphrases: try AuthorityFixture.passphrases(), clock: fixture.time.clock, options: options)
        let before = authority.state
        let settings = AuthoritySettings(policy: String(repeating: "药", count: 100_000))
        let error = await #expect(throws: AuthorityError.self) { try await authority.execute(.change(settings), by: "test") }
        guard case .storage(let storage) = error, storage.kind == .full else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(authority.state == before)
        await authority.close()
        let again = try await fixture.another()
        #expect(again.state == before)
        try await again.execute(.change(settings), by: "test")
        #expect(again.state.epochNumber == 2)
    }

    @Test("an admin reads it as it lies there, from any entry on")
    func reads() async throws {
        let fixture = try await AuthorityFixture()
        _ = try await fixture.node("n1")
        for from in [UInt64(0), 2, 99] {
            let stream = try await fixture.admin.readJournal(TrustV1.ReadJournalRequest(from: from))
            var entries: [AuthorityJournalEntry] = []
            while let entry = try await stream.next()?.entry {
                entries.append(AuthorityJournalEntry(entry))
            }
            if from == 0 { #expect(try AuthorityJournal.replay(entries) == fixture.authority.state) }
            #expect(entries.first?.number == (from == 99 ? nil : max(1, from)))
        }
    }
}
