import SampanDomain
import SampanMesh
import SampanTestSupport
import Testing

@Suite("Journal of the authority")
struct AuthorityJournalTests {
    private static func journal() throws -> [AuthorityJournalEntry] {
        var region = try Region(seed: 43_000, nodes: 2)
        for verb in [Rollover.Verb.plan, .prepare, .trust, .activate] { try region.advance(verb, kind: .root) }
        try region.decide(.deny(Denial(.institution("1"), reason: .cessation, message: "gone")))
        try region.decide(
            .change(AuthoritySettings(policy: "p", routes: [EpochRoute(name: "a/b", endpoints: ["h:1"])], minimumProtocol: 1)))
        try region.decide(.register(route("c/d")))
        try region.decide(.keep(EpochCustodian.Matter(institution: "e"), by: "c"))
        return region.journal
    }

    private static func route(_ name: String, _ endpoint: String = "10.20.1.5:7443") throws -> EpochRoute {
        try EpochRoute(
            name: name, endpoints: [endpoint], services: ["sampan.payment.v1.PaymentService"], parent: "4699010000", capacity: 10_000,
            programVersion: "0.1.0", versions: [ServiceVersion(service: "sampan.payment.v1.PaymentService", version: "1.4.0")])
    }

    @Test("a change of one of a thousand routes says that route, and the journal replays to the same state")
    func changeAlone() throws {
        var region = try Region(seed: 43_002, nodes: 0)
        let routes = try (0..<1_000).map { try Self.route("\(4_699_010_000 + $0)/his-1") }
        try region.decide(.change(AuthoritySettings(routes: routes)))
        let whole = region.journal.last?.record.count ?? 0
        try region.decide(.register(try Self.route("4699010500/his-1", "10.20.1.6:7443")))
        let record = try AuthorityRecord(serialized: region.journal.last?.record ?? [])
        let epoch = try #require(record.epoch)
        let change = region.journal.last.map { $0.record.count - epoch.bytes.count } ?? 0
        print("journal of 1,000 routes: \(whole) bytes when all are said, \(epoch.bytes.count) of the epoch and \(change) beside it")
        #expect(change < 500 && whole > 200 * change && record.events.count == 2)
        // What was registered is not registered again; one that goes is gone, once.
        #expect(try !region.decide(.register(try Self.route("4699010500/his-1", "10.20.1.6:7443"))))
        #expect(try region.decide(.withdraw(route: "4699010007/his-1")))
        #expect(try !region.decide(.withdraw(route: "4699010007/his-1")))
        #expect(try region.decide(.register(try Self.route("4699010007/his-1"))))
        #expect(region.state.settings.routes.map(\.name) == routes.map(\.name))
        #expect(try AuthorityJournal.replay(region.journal) == region.state)
        #expect(try TrustEpoch(serialized: region.state.newestEpoch).routes == region.state.settings.routes)
    }

    @Test("settings that are changed leave custodians as they are")
    func settingsAndCustodians() throws {
        var region = try Region(seed: 43_003, nodes: 0)
        try region.decide(.keep(EpochCustodian.Matter(institution: "e"), by: "c"))
        try region.decide(.change(AuthoritySettings(policy: "p")))
        #expect(region.state.custodians.map(\.custodian) == ["c"])
        #expect(try TrustEpoch(serialized: region.state.newestEpoch).custodians.map(\.custodian) == ["c"])
        #expect(try region.decide(.keep(EpochCustodian.Matter(institution: "e"), by: nil)))
        #expect(try !region.decide(.keep(EpochCustodian.Matter(institution: "e"), by: nil)))
        #expect(region.state.custodians.isEmpty)
    }

    private static let strange = AuthorityRecord(
        at: UnixTime(nanoseconds: 1), actor: "somebody else", events: [.nodesLeftBehind([])])

    /// Says something else, its own hash made anew: what somebody with a pencil and a calculator does.
    private static func rewritten(_ entry: AuthorityJournalEntry) throws -> AuthorityJournalEntry {
        try AuthorityJournalEntry(strange, after: entry.number - 1, entry.previousHash)
    }

    private static func altered(_ entry: AuthorityJournalEntry, record: [UInt8]? = nil, hash: [UInt8]? = nil) -> AuthorityJournalEntry {
        AuthorityJournalEntry(
            number: entry.number, previousHash: entry.previousHash, record: record ?? entry.record, hash: hash ?? entry.hash)
    }

    @Test("whole it verifies, entry by entry, and reads back from its bytes")
    func whole() throws {
        let journal = try Self.journal()
        #expect(journal.count > 12)
        for count in 0...journal.count { try AuthorityJournal.verify(Array(journal.prefix(count))) }
        for entry in journal { #expect(try AuthorityJournalEntry(serialized: entry.serialized()) == entry) }
        let last = try #require(journal.last)
        try AuthorityJournal.verify(journal, mark: HashChainMark(number: last.number, hash: last.hash))
    }

    private static let damages: [(String, HashChainFault, @Sendable (inout [AuthorityJournalEntry]) throws -> Void)] = [
        ("a bit of a record", .changed(5), { $0[4] = altered($0[4], record: [$0[4].record[0] ^ 1] + $0[4].record.dropFirst()) }),
        ("a hash", .changed(5), { $0[4] = altered($0[4], hash: [UInt8](repeating: 0, count: 32)) }),
        ("a record and its hash", .replaced(6), { $0[4] = try rewritten($0[4]) }),
        ("one dropped", .dropped(5), { $0.remove(at: 4) }),
        ("the first dropped", .dropped(1), { $0.remove(at: 0) }),
        ("two dropped", .dropped(5), { $0.removeSubrange(4...5) }),
        ("one repeated", .inserted(5), { $0.insert($0[4], at: 5) }),
        ("a false one put in before the true one", .inserted(5), { $0.insert(try forged(number: 5), at: 4) }),
        ("two exchanged", .moved(6), { $0.swapAt(4, 5) }),
        ("one moved to the front", .moved(5), { $0.insert($0.remove(at: 4), at: 0) }),
    ]

    private static func forged(number: UInt64) throws -> AuthorityJournalEntry {
        try AuthorityJournalEntry(strange, after: number - 1, [UInt8](repeating: 3, count: 32))
    }

    @Test("what was done to it is found, and the entry named", arguments: damages.indices)
    func damaged(row: Int) throws {
        let (what, fault, damage) = Self.damages[row]
        var journal = try Self.journal()
        try damage(&journal)
        let found = try #require(throws: HashChainFault.self) { try AuthorityJournal.verify(journal) }
        #expect(found == fault, "\(what)")
    }

    @Test("its end is known by a head that was kept elsewhere")
    func head() throws {
        let journal = try Self.journal()
        let last = try #require(journal.last)
        let head = HashChainMark(number: last.number, hash: last.hash)
        let short = try #require(throws: HashChainFault.self) { try AuthorityJournal.verify(Array(journal.dropLast(2)), mark: head) }
        #expect(short == .cutShort(after: last.number - 2))
        let rewritten = Array(journal.dropLast()) + [try Self.rewritten(last)]
        try AuthorityJournal.verify(rewritten)
        let replaced = try #require(throws: HashChainFault.self) { try AuthorityJournal.verify(rewritten, mark: head) }
        #expect(replaced == .replaced(last.number))
    }

    @Test("any single byte that changes is found")
    func everyByte() throws {
        let seed: UInt64 = 43_001
        print("seed \(seed)")
        var random = SeededRandom(seed: seed)
        let journal = try Self.journal()
        for _ in 0..<400 {
            var damaged = journal
            let index = Int.random(in: 0..<journal.count, using: &random)
            var record = journal[index].record
            record[Int.random(in: 0..<record.count, using: &random)] ^= UInt8.random(in: 1...255, using: &random)
            damaged[index] = Self.altered(journal[index], record: record)
            let found = try #require(throws: HashChainFault.self) { try AuthorityJournal.verify(damaged) }
            #expect(found == .changed(UInt64(index) + 1))
        }
    }

    @Test("a record that is whole and means nothing is told, not skipped")
    func unreadable() throws {
        let first = try #require(try Self.journal().first)
        for record in [[], [0xFF], [0x1A, 0x00]] as [[UInt8]] {
            #expect(throws: EpochError.self) { try AuthorityRecord(serialized: record) }
        }
        #expect(try AuthorityRecord(serialized: first.record).actor == "test")
    }
}
