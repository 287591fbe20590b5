import Foundation
import SampanAPI
import SampanCrypto
import SampanDomain
import SampanMesh
import SampanStorage
import SampanTestSupport
import StoreTestSupport
import Testing

@testable import sampan_verify

@Suite("Audit logs and exports that somebody has been at", .blocking, .timeLimit(.minutes(20)))
struct TamperTests {
    private let fixture: VerifierFixture

    init() throws { fixture = try VerifierFixture() }

    @Test("RE-17 an export whole and in ranges holds; with any byte changed, cut, put in, moved or repeated it does not")
    func exports() async throws {
        let seed = UInt64.random(in: 0 ... .max)
        print("seed \(seed)")
        var random = SeededRandom(seed: seed)
        var sealing = AuditSealing()
        sealing.maximumEntries = 40
        let log = try await fixture.open(sealing)
        try await fixture.fill(log, 300, people: 31)
        await log.close()
        let whole = try fixture.export()
        #expect(try fixture.fault(whole) == nil)
        for (first, last) in [(2, 299), (41, 80), (256, 257), (300, 300), (1, 1)] as [(UInt64, UInt64)] {
            let range = try fixture.export(from: first, through: last)
            #expect(try fixture.fault(range) == nil, "\(first) to \(last)")
        }
        #expect(throws: AuditError.self) { try fixture.export(from: 301) }
        for round in 0..<150 {
            var file = whole
            let (at, length) = (Int.random(in: 0..<file.count - 1, using: &random), Int.random(in: 1...600, using: &random))
            let end = min(file.count, at + length)
            switch round % 5 {
            case 0: file[at] ^= UInt8.random(in: 1...255, using: &random)
            case 1: file.removeSubrange(at..<end)
            case 2: file.removeSubrange(at...)
            case 3: file.insert(contentsOf: file[at..<end], at: end)
            default: file.insert(contentsOf: random.bytes(length), at: at)
            }
            guard file != whole else { continue }
            #expect(try fixture.fault(file) != nil, "seed \(seed), round \(round)")
        }
    }

    @Test("an export that is whole in itself and lacks what a kept head covers is found; so is one of another log")
    func keptHead() async throws {
        let log = try await fixture.open()
        try await fixture.fill(log, 50, people: 3)
        try await log.seal()
        let older = try fixture.export()
        try await fixture.fill(log, 50, people: 3, from: 51)
        await log.close()
        let newest = try #require(try AuditArchive(path: fixture.path).consistencyProof(from: 0).newer)
        let bytes = try AuditProofFile.bytes(newest)
        try WholeFile.write(bytes, to: fixture.directory.file("head"), mode: 0o600, overwrite: false)
        var file = try ProofFile(fixture.directory.file("head"))
        let head = try TreeHead(try file.message())
        #expect(try fixture.fault(try fixture.export(), known: head) == nil)
        #expect(try fixture.fault(older) == nil)
        #expect(try fixture.fault(older, known: head) != nil)
    }

    @Test("hostile files end in a clear error: nothing, noise, wrong words, endless lengths")
    func hostile() throws {
        let seed = UInt64.random(in: 0 ... .max)
        print("seed \(seed)")
        var random = SeededRandom(seed: seed)
        for kind in ProofFile.Kind.allCases {
            let line = Array(kind.line.utf8)
            var files: [[UInt8]] = [
                [], Array(line.dropLast()), line, line + [0], line + [0x45, 0xFF, 0xFF, 0xFF, 0xFF],
                line + [0x0A, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F],
            ]
            for length in [1, 20, 300, 5_000] { files.append(line + random.bytes(length)) }
            for (index, file) in files.enumerated() {
                let fault = try fixture.fault(file)
                guard case .unreadable(let why) = fault else {
                    return #expect(Bool(false), "\(kind) \(index): \(String(describing: fault)), seed \(seed)")
                }
                #expect(!why.isEmpty)
            }
        }
    }

    private static let changes = [
        "UPDATE entries SET record = x'0102' WHERE number = 7", "DELETE FROM entries WHERE number = 7",
        "DELETE FROM entries WHERE number = 60",
        "UPDATE tree_heads SET head = (SELECT head FROM tree_heads WHERE size = 20) WHERE size = 40",
        "UPDATE tree_heads SET size = 41 WHERE size = 40", "UPDATE heads SET head = x'00'", "UPDATE signers SET certificate = x'3000'",
        // All that says that there was more, but not what the index has of it.
        "DELETE FROM entries WHERE number > 40; DELETE FROM heads WHERE number > 40; DELETE FROM tree_heads WHERE size > 40",
    ]

    @Test("RE-17 what somebody does to the file of a log is found", arguments: changes.indices)
    func file(row: Int) async throws {
        var sealing = AuditSealing()
        sealing.maximumEntries = 20
        let log = try await fixture.open(sealing)
        for index in 1...60 { try await log.append(try fixture.record(index, about: Int64(index % 5) + 1)) }
        await log.close()
        #expect(try AuditArchive(path: fixture.path).verify(trust: try fixture.trust).treeSize == 60)
        let database = try SQLiteDatabase(path: fixture.path, schema: AuditArchive.schema)
        for sql in Self.changes[row].split(separator: ";") {
            let text = String(sql)
            try await database.write { tx in try tx.execute(text) }
        }
        await database.close()
        #expect(throws: AuditError.self) { try AuditArchive(path: fixture.path).verify() }
    }

    @Test("RE-17 an older copy in the place of a log is found by verify and by the next start, as long as its index is there")
    func olderCopy() async throws {
        var log = try await fixture.open()
        try await fixture.fill(log, 30, people: 3)
        await log.close()
        try FileManager.default.copyItem(atPath: fixture.path, toPath: fixture.directory.file("copy"))
        log = try await fixture.open()
        try await fixture.fill(log, 30, people: 3, from: 31)
        await log.close()
        for suffix in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: fixture.path + suffix) }
        try FileManager.default.moveItem(atPath: fixture.directory.file("copy"), toPath: fixture.path)
        #expect(throws: AuditError.damaged(.chain(.cutShort(after: 30)))) { try AuditArchive(path: fixture.path).verify() }
        await #expect(throws: AuditError.damaged(.chain(.cutShort(after: 30)))) { _ = try await fixture.open() }
    }

    @Test("an index that was lost is made again, and comes to the same heads")
    func lostIndex() async throws {
        var sealing = AuditSealing()
        sealing.maximumEntries = 64
        var log = try await fixture.open(sealing)
        try await fixture.fill(log, 700, people: 90)
        let head = try await log.seal()
        await log.close()
        let before = try AuditProofFile.bytes(try AuditArchive(path: fixture.path).readers(of: try fixture.pseudonym(5)))
        for suffix in ["", "-wal", "-shm"] {
            try? FileManager.default.removeItem(atPath: fixture.directory.file("audit-index.db") + suffix)
        }
        #expect(throws: AuditError.notSealed(0)) { try AuditArchive(path: fixture.path).inclusionProof(of: 1) }
        log = try await fixture.open(AuditSealing())
        #expect(try await log.seal() == head)
        await log.close()
        #expect(try AuditProofFile.bytes(try AuditArchive(path: fixture.path).readers(of: try fixture.pseudonym(5))) == before)
    }

    @Test("a log of a program that made no tree heads verifies as it is, and is sealed by the next start")
    func beforeTrees() async throws {
        let first = Schema(name: "audit", migrations: Array(AuditArchive.schema.migrations.prefix(1)))
        let log = try await fixture.open()
        try await fixture.fill(log, 20, people: 2)
        await log.close()
        // As it was: without the second step and what it made.
        let database = try SQLiteDatabase(path: fixture.path, schema: AuditArchive.schema)
        try await database.write { tx in
            try tx.execute("DROP TABLE tree_heads")
            try tx.execute("DELETE FROM sampan_schema WHERE number = 2")
        }
        await database.close()
        for suffix in ["", "-wal", "-shm"] {
            try? FileManager.default.removeItem(atPath: fixture.directory.file("audit-index.db") + suffix)
        }
        _ = try SQLiteArchive(path: fixture.path, schema: first)
        #expect(try AuditArchive(path: fixture.path).verify(trust: try fixture.trust).number == 20)
        let again = try await fixture.open()
        #expect(try await again.seal()?.size == 20)
        await again.close()
        #expect(try AuditArchive(path: fixture.path).verify(trust: try fixture.trust).treeSize == 20)
    }
}
