import SampanCrypto
import SampanDomain
import SampanMesh
import SampanTestSupport
import Testing

@Suite("Chain of an audit log")
struct AuditChainTests {
    private typealias Log = (entries: [AuditEntry], heads: [AuditHead])

    private static func altered(_ entry: AuditEntry, number: UInt64? = nil, record: [UInt8]? = nil, hash: [UInt8]? = nil) -> AuditEntry {
        AuditEntry(
            number: number ?? entry.number, previousHash: entry.previousHash, record: record ?? entry.record, hash: hash ?? entry.hash)
    }

    private static func fault(_ log: Log, trust: ChainVerifier? = nil, mark: HashChainMark? = nil) -> AuditFault? {
        do throws(AuditFault) {
            try AuditChain.verify(log.entries, heads: log.heads, trust: trust, mark: mark)
            return nil
        } catch {
            return error
        }
    }

    @Test("whole it verifies, and says how far and by whom; empty too")
    func whole() throws {
        let fixture = try AuditFixture()
        let log = try AuditFixture.log(50, every: 7, try fixture.signer())
        let chain = try AuditChain.verify(log.entries, heads: log.heads, trust: try fixture.trust)
        #expect(chain.number == 50 && chain.signedNumber == 50 && chain.hash == log.entries.last?.hash)
        #expect(chain.signer == "spiffe://test/gateway/4699010001/n1")
        #expect(try AuditChain.verify([], heads: []).number == 0)
    }

    private static let damages: [(String, AuditFault, @Sendable (inout (entries: [AuditEntry], heads: [AuditHead])) throws -> Void)] = [
        ("a bit of a record", .chain(.changed(5)), { $0.entries[4] = altered($0.entries[4], record: [1] + $0.entries[4].record) }),
        ("a hash", .chain(.changed(5)), { $0.entries[4] = altered($0.entries[4], hash: AuditEntry.noHash) }),
        ("a record and its hash", .chain(.replaced(6)), { $0.entries[4] = try AuditEntry([1], after: 4, $0.entries[3].hash) }),
        ("the last and its hash", .chain(.replaced(20)), { $0.entries[19] = try AuditEntry([1], after: 19, $0.entries[18].hash) }),
        ("one dropped", .chain(.dropped(5)), { $0.entries.remove(at: 4) }),
        ("the first dropped", .chain(.dropped(1)), { $0.entries.remove(at: 0) }),
        ("one repeated", .chain(.inserted(5)), { $0.entries.insert($0.entries[4], at: 5) }),
        (
            "a false one before the true one", .chain(.inserted(5)),
            { $0.entries.insert(try AuditEntry([1], after: 4, AuditEntry.noHash), at: 4) }
        ),
        ("two exchanged", .chain(.moved(6)), { $0.entries.swapAt(4, 5) }),
        ("one moved to the front", .chain(.moved(5)), { $0.entries.insert($0.entries.remove(at: 4), at: 0) }),
        ("the end cut off", .chain(.cutShort(after: 18)), { $0.entries.removeLast(2) }),
        ("all entries gone", .chain(.cutShort(after: 0)), { $0.entries = [] }),
        ("one put on", .unsigned(21), { $0.entries.append(try AuditEntry([1], after: 20, $0.entries[19].hash)) }),
        ("all heads gone", .unsigned(1), { $0.heads = [] }), ("the last head gone", .unsigned(19), { $0.heads.removeLast() }),
        ("a head's time", .forgedHead(6), { $0.heads[1] = head($0.heads[1], at: AuditFixture.time(99)) }),
        ("a head's signature", .forgedHead(6), { $0.heads[1] = head($0.heads[1], signature: [0x30, 0]) }),
        ("a head without a signer", .forgedHead(6), { $0.heads[1] = head($0.heads[1], chain: []) }),
    ]

    private static func head(_ head: AuditHead, at: UnixTime? = nil, signature: [UInt8]? = nil, chain: [[UInt8]]? = nil) -> AuditHead {
        AuditHead(
            number: head.number, hash: head.hash, at: at ?? head.at, signature: signature ?? head.signature,
            signerChain: chain ?? head.signerChain)
    }

    @Test("what was done to it is found, and the entry named", arguments: damages.indices)
    func damaged(row: Int) throws {
        let (what, fault, damage) = Self.damages[row]
        var log = try AuditFixture.log(20, every: 3, try AuditFixture().signer())
        try damage(&log)
        #expect(Self.fault(log) == fault, "\(what)")
    }

    @Test("heads by somebody else are told: another node, another region, a certificate that had ended")
    func signers() throws {
        let (fixture, stranger) = (try AuditFixture(), try AuditFixture())
        var log = try AuditFixture.log(6, every: 3, try fixture.signer())
        let last = try #require(log.entries.last)
        log.heads[1] = try AuditHead(6, last.hash, at: AuditFixture.time(), by: try fixture.signer("n2"))
        #expect(Self.fault(log) == .otherSigner(6, "spiffe://test/gateway/4699010001/n2"))
        // The same name, a new certificate: a renewal.
        log.heads[1] = try AuditHead(6, last.hash, at: AuditFixture.time(), by: try fixture.signer())
        #expect(Self.fault(log, trust: try fixture.trust) == nil)
        guard case .unknownSigner(3, _) = Self.fault(log, trust: try stranger.trust) else {
            return #expect(Bool(false), "a stranger's root")
        }
        log.heads[1] = try AuditHead(6, last.hash, at: AuditFixture.time(86_400_000 * 31), by: try fixture.signer())
        guard case .unknownSigner(6, let why) = Self.fault(log, trust: try fixture.trust) else {
            return #expect(Bool(false), "an ended one")
        }
        #expect(why.contains("expired"))
    }

    @Test("a mark kept elsewhere shows an older copy that was put back, and another history")
    func mark() throws {
        let signer = try AuditFixture().signer()
        let log = try AuditFixture.log(20, every: 5, signer)
        let mark = HashChainMark(number: 20, hash: try #require(log.entries.last).hash)
        #expect(Self.fault(log, mark: mark) == nil)
        let older: Log = (Array(log.entries.prefix(15)), Array(log.heads.prefix(3)))
        #expect(Self.fault(older) == nil)
        #expect(Self.fault(older, mark: mark) == .chain(.cutShort(after: 15)))
        #expect(Self.fault(log, mark: HashChainMark(number: 7, hash: mark.hash)) == .chain(.replaced(7)))
    }

    @Test(
        "random mutations of 10^4 entries, and more of 200: each is found, and none behind the place of the damage",
        arguments: [
            (10_000, 50), (200, 2_000),
        ])
    func mutations(count: Int, rounds: Int) throws {
        let seed: UInt64 = 52_003
        print("seed \(seed)")
        var random = SeededRandom(seed: seed)
        let log = try AuditFixture.log(count, every: count / 5, try AuditFixture().signer())
        for round in 0..<rounds {
            var damaged = log
            let place = round % 10 == 0 ? [0, count - 1][round / 10 % 2] : Int.random(in: 0..<count, using: &random)
            let (what, bound) = try Self.mutate(&damaged.entries, place, &random)
            let found = Self.fault(damaged)
            #expect(found != nil, "\(what) at \(place)")
            if let entry = found?.entry { #expect(entry <= UInt64(bound) + 2, "\(what) at \(place): \(String(describing: found))") }
        }
    }

    /// What was done, and the last place that it touched.
    private static func mutate(_ entries: inout [AuditEntry], _ place: Int, _ random: inout SeededRandom) throws -> (String, Int) {
        let entry = entries[place]
        switch Int.random(in: 0..<7, using: &random) {
        case 0:
            var record = entry.record
            record[Int.random(in: 0..<record.count, using: &random)] ^= UInt8.random(in: 1...255, using: &random)
            entries[place] = altered(entry, record: record)
            return ("a byte", place)
        case 1:
            entries.remove(at: place)
            return ("dropped", place)
        case 2:
            entries.insert(entry, at: Int.random(in: 0...entries.count, using: &random))
            return ("repeated", place)
        case 3:
            var other = Int.random(in: 0..<entries.count - 1, using: &random)
            if other >= place { other += 1 }
            entries.swapAt(place, other)
            return ("exchanged", max(place, other))
        case 4:
            entries[place] = try AuditEntry(AuditFixture.record(-1).serialized(), after: entry.number - 1, entry.previousHash)
            return ("rewritten with its hash", place)
        case 5:
            entries.removeSubrange(place...)
            return ("cut off", place)
        default:
            entries[place] = altered(entry, number: entry.number &+ UInt64.random(in: 1...9, using: &random))
            return ("renumbered", place)
        }
    }
}
