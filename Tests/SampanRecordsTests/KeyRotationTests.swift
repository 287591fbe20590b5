import SampanCrypto
import SampanDomain
import SampanStorage
import SampanTestSupport
import StoreTestSupport
import Testing

@testable import SampanRecords

@Suite("Keys and their rotation (RE-02)", .blocking)
struct KeyRotationTests {
    private static let first = [UInt8](repeating: 7, count: 32)
    private static let second = [UInt8](repeating: 8, count: 32)

    @Test("without its master key nothing is opened, and the missing one is named")
    func missingMaster() async throws {
        let directory = try TemporaryDirectory()
        let fixture = try await RecordsFixture(path: directory.file())
        let stored = try await fixture.store(Array("x".utf8), request: "r1")
        await fixture.records.close()
        let name = try MasterKey(secret: Self.first).name
        await #expect(throws: RecordsError.masterMissing(name)) {
            _ = try await RecordsFixture(path: directory.file(), master: Self.second)
        }
        let again = try await RecordsFixture(path: directory.file(), master: Self.second, former: [Self.first])
        let bytes = try await again.read(.own(), stored.document)
        #expect(bytes == Array("x".utf8))
    }

    @Test("master and institution keys are rotated in steps; a rotation that was cut goes on; documents are read all the while")
    func rotation() async throws {
        let directory = try TemporaryDirectory()
        var documents: [DocumentID] = []
        do {
            let fixture = try await RecordsFixture(path: directory.file())
            for number in 0..<600 {
                documents.append(try await fixture.store(Array("content \(number)".utf8), request: "r\(number)").document)
            }
            await fixture.records.close()
        }
        var steps = 0
        // Each life of the process does one step only.
        while true {
            let fixture = try await RecordsFixture(path: directory.file(), master: Self.second, former: [Self.first])
            let rotation = KeyRotation(fixture.records)
            if steps == 1 { try await rotation.replaceKey(of: RecordsFixture.institution(1)) }
            let stand = try await rotation.advance()
            let bytes = try await fixture.read(.own(), documents[steps])
            #expect(bytes == Array("content \(steps)".utf8))
            await fixture.records.close()
            steps += 1
            if stand.isDone, steps > 1 { break }
        }
        #expect(steps >= 4)
        // The former master is not needed any more.
        let fixture = try await RecordsFixture(path: directory.file(), master: Self.second)
        for number in [0, 255, 256, 599] {
            let bytes = try await fixture.read(.own(), documents[number])
            #expect(bytes == Array("content \(number)".utf8))
        }
        let states = try await fixture.records.database.read { transaction in
            try transaction.rows("SELECT state, length(wrapped) FROM record_keys WHERE purpose = 'contents' ORDER BY id") { row in
                "\(try row.text(0)) \(try row.int64(1))"
            }
        }
        #expect(states == ["destroyed 0", "active 60"])
    }

    @Test("an upload that began before a rotation ends well after it")
    func uploadAcrossRotation() async throws {
        let directory = try TemporaryDirectory()
        let fixture = try await RecordsFixture(path: directory.file())
        let institution = try RecordsFixture.institution(1)
        let upload = try await fixture.writer.store(.sample(), owner: institution, request: RequestID("r1"))
        try await upload.append([UInt8](repeating: 1, count: 200_000))
        let rotation = KeyRotation(fixture.records)
        fixture.records.keys.adopt(try MasterKey(secret: Self.second))
        try await rotation.replaceKey(of: institution)
        try await rotation.run()
        try await upload.append([UInt8](repeating: 1, count: 200_000))
        let stored = try await upload.finish()
        let bytes = try await fixture.read(.own(), stored.document)
        #expect(bytes == [UInt8](repeating: 1, count: 400_000))
    }

    @Test("a key that has sealed half of what it may is replaced by itself, and what it sealed is still read")
    func messageLimit() async throws {
        let directory = try TemporaryDirectory()
        let fixture = try await RecordsFixture(path: directory.file(), messageLimit: 20)
        var documents: [DocumentID] = []
        for number in 0..<35 { documents.append(try await fixture.store([UInt8(number)], request: "r\(number)").document) }
        let keys = try await fixture.records.database.read { transaction in
            try transaction.rows("SELECT messages FROM record_keys WHERE purpose = 'contents'") { row in try row.int64(0) }
        }
        #expect(keys == [10, 10, 10, 5])
        // Full keys stay; a rotation that is asked for moves what they wrap, too.
        let before = try await KeyRotation(fixture.records).stand()
        #expect(before.isDone)
        try await KeyRotation(fixture.records).replaceKey(of: RecordsFixture.institution(1))
        try await KeyRotation(fixture.records).run()
        for (number, document) in documents.enumerated() {
            let bytes = try await fixture.read(.own(), document)
            #expect(bytes == [UInt8(number)])
        }
    }

    @Test("a wrapped key serves no other institution, purpose or number", arguments: ["owner = 'H2'", "purpose = 'names'", "id = 77"])
    func bindings(change: String) async throws {
        let directory = try TemporaryDirectory()
        var fixture = try await RecordsFixture(path: directory.file())
        let stored = try await fixture.store([1], request: "r1")
        try await fixture.records.database.write { transaction in
            try transaction.execute("PRAGMA defer_foreign_keys = ON")
            if change.hasPrefix("id") { try transaction.execute("UPDATE record_contents SET wrapped_by = 77") }
            try transaction.execute("UPDATE record_keys SET \(change) WHERE purpose = 'contents'")
        }
        await fixture.records.close()
        // In a new process, which has no key in memory.
        fixture = try await RecordsFixture(path: directory.file())
        let reopened = fixture
        await #expect(throws: AccessRefusal.self) { _ = try await reopened.read(.own(), stored.document) }
    }
}

extension AccessRequest {
    /// Of the institution that owns the documents.
    static func own() throws -> AccessRequest { try RecordsFixture.clinician(1) }
}

extension NewDocument {
    static func sample(label: SecurityLabel? = try? SecurityLabel(.care, grade: 3)) throws -> NewDocument {
        NewDocument(
            patient: try EnterpriseID(1), kind: .labReport, occurredAt: RecordsFixture.start, custodian: try RecordsFixture.institution(1),
            label: label, details: try DocumentDetails(title: "血常规", author: StaffID("D1"), mediaType: "text/plain"))
    }
}
