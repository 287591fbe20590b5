import SampanCrypto
import SampanDomain
import SampanStorage
import SampanTestSupport
import StoreTestSupport
import Testing

@testable import SampanRecords

@Suite("Documents", .blocking)
struct DocumentTests {
    @Test("what goes in comes out, at every edge of a chunk", arguments: [0, 1, 65_535, 65_536, 65_537, 131_072, 1_048_576, 1_200_007])
    func roundTrip(size: Int) async throws {
        let directory = try TemporaryDirectory()
        let fixture = try await RecordsFixture(path: directory.file())
        var random = SystemRandomNumberGenerator()
        let content = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }
        let upload = try await fixture.writer.store(.sample(), owner: RecordsFixture.institution(1), request: RequestID("r1"))
        var place = 0
        while place < size {
            let piece = min(size - place, Int.random(in: 1...200_000, using: &random))
            try await upload.append(Array(content[place..<place + piece]))
            place += piece
        }
        let stored = try await upload.finish()
        #expect(stored.size == Int64(size))
        let digest = try SHA256.hash(content)
        #expect(stored.digest == digest)
        let bytes = try await fixture.read(.own(), stored.document)
        #expect(bytes == content)
    }

    @Test("a document without a label is refused (RE-20)")
    func unlabelled() async throws {
        let directory = try TemporaryDirectory()
        let fixture = try await RecordsFixture(path: directory.file())
        await #expect(throws: RecordsError.unlabelled) {
            _ = try await fixture.writer.store(.sample(label: nil), owner: RecordsFixture.institution(1), request: RequestID("r1"))
        }
    }

    @Test("only its owner amends, from the newest version, and the old one is kept (RE-16)")
    func amendment() async throws {
        let directory = try TemporaryDirectory()
        let fixture = try await RecordsFixture(path: directory.file())
        let stored = try await fixture.store(Array("one".utf8), request: "r1")
        func amend(_ base: Int64, by owner: Int, patient: Int64 = 1, grade: Int = 4, request: String) async throws -> StoredVersion {
            let upload = try await fixture.writer.amend(
                stored.document, base: base, patient: EnterpriseID(patient), custodian: RecordsFixture.institution(1),
                label: SecurityLabel(.care, grade: grade),
                details: DocumentDetails(title: "更正", author: StaffID("D2"), mediaType: "text/plain"),
                owner: RecordsFixture.institution(owner),
                request: RequestID(request))
            try await upload.append(Array("two".utf8))
            return try await upload.finish()
        }
        await #expect(throws: RecordsError.notOwner) { _ = try await amend(1, by: 2, request: "r2") }
        await #expect(throws: RecordsError.unknownDocument) { _ = try await amend(1, by: 1, patient: 2, request: "r2") }
        let second = try await amend(1, by: 1, request: "r3")
        #expect(second.version == 2)
        await #expect(throws: RecordsError.amendedMeanwhile(current: 2)) { _ = try await amend(1, by: 1, request: "r4") }
        let replay = try await amend(1, by: 1, request: "r3")
        #expect(replay.version == 2 && !replay.isNew)
        let old = try await fixture.read(.own(), stored.document, version: 1)
        let new = try await fixture.read(.own(), stored.document)
        #expect(old == Array("one".utf8) && new == Array("two".utf8))
        let versions = try await fixture.reader.versions(.own(), document: stored.document)
        #expect(versions.map(\.version) == [2, 1] && versions.map(\.details.title) == ["更正", "血常规"])
        // What was marked once is guarded so in all versions.
        _ = try await amend(2, by: 1, grade: 5, request: "r5")
        await #expect(throws: AccessRefusal.denied(.notCovered)) { _ = try await fixture.read(.own(), stored.document, version: 1) }
    }

    @Test("a replay gets the first outcome; the same id with another content is refused; neither leaves anything behind")
    func replay() async throws {
        let directory = try TemporaryDirectory()
        let fixture = try await RecordsFixture(path: directory.file())
        let first = try await fixture.store(Array("one".utf8), request: "r1")
        let second = try await fixture.store(Array("one".utf8), request: "r1")
        #expect(second.document == first.document && first.isNew && !second.isNew)
        await #expect(throws: RecordsError.requestReused) { _ = try await fixture.store(Array("two".utf8), request: "r1") }
        let left = try await counts(fixture)
        #expect(left == [1, 1, 1, 1])
    }

    @Test("what was not finished is not there, and is swept")
    func unfinished() async throws {
        let directory = try TemporaryDirectory()
        var fixture = try await RecordsFixture(path: directory.file())
        let upload = try await fixture.writer.store(.sample(), owner: RecordsFixture.institution(1), request: RequestID("r1"))
        try await upload.append([UInt8](repeating: 1, count: 30_000_000))
        let running = try await fixture.writer.sweep()
        #expect(running == 0, "an upload that goes on was swept")
        await #expect(throws: AccessRefusal.denied(.notCovered)) { _ = try await fixture.read(.own(), upload.document) }
        await fixture.records.close()
        fixture = try await RecordsFixture(path: directory.file())
        let swept = try await fixture.writer.sweep()
        #expect(swept == 1)
        let left = try await counts(fixture)
        #expect(left == [0, 0, 0, 0])
        let given = try await fixture.writer.store(.sample(), owner: RecordsFixture.institution(1), request: RequestID("r2"))
        try await given.append([UInt8](repeating: 1, count: 3_000_000))
        await given.abandon()
        await #expect(throws: RecordsError.uploadEnded) { try await given.append([1]) }
        let after = try await counts(fixture)
        #expect(after == [0, 0, 0, 0])
    }

    @Test("a content above the limit is refused and leaves nothing")
    func tooLarge() async throws {
        let directory = try TemporaryDirectory()
        let fixture = try await RecordsFixture(path: directory.file())
        let writer = DocumentWriter(fixture.records, sizeLimit: 2_000_000)
        let upload = try await writer.store(.sample(), owner: RecordsFixture.institution(1), request: RequestID("r1"))
        try await upload.append([UInt8](repeating: 1, count: 2_000_000))
        await #expect(throws: RecordsError.tooLarge(limit: 2_000_000)) { try await upload.append([1]) }
        let left = try await counts(fixture)
        #expect(left == [0, 0, 0, 0])
    }

    @Test(
        "chunks and rows that were tampered with give an error, and no byte of anything else",
        arguments: [
            // Swapped, reordered, cut off, put into another document, a flipped bit, an index that says another thing.
            "UPDATE record_chunks SET id = CASE id WHEN (1 << 24) THEN -1 WHEN (1 << 24) + 1 THEN -2 ELSE id END",
            "UPDATE record_versions SET chunks = 1",
            "UPDATE record_chunks SET box = (SELECT box FROM record_chunks WHERE id = (2 << 24)) WHERE id = (1 << 24)",
            "UPDATE record_chunks SET box = (SELECT box FROM record_chunks WHERE id = (1 << 24) + 1) WHERE id = (1 << 24)",
            "UPDATE record_documents SET kind = 'prescription'", "UPDATE record_documents SET occurred_at = occurred_at + 1",
            "UPDATE record_versions SET grade = 1", "UPDATE record_versions SET size = size + 1",
            "DELETE FROM record_chunks WHERE id = (1 << 24) + 2",
            "UPDATE record_contents SET wrapped = (SELECT wrapped FROM record_contents WHERE id = 2) WHERE id = 1",
        ])
    func tampering(sql: String) async throws {
        let directory = try TemporaryDirectory()
        let fixture = try await RecordsFixture(path: directory.file())
        let content = (0..<150_000).map { UInt8(truncatingIfNeeded: $0 / 65_536 + 1) }
        let stored = try await fixture.store(content, request: "r1")
        _ = try await fixture.store([UInt8](repeating: 9, count: 150_000), request: "r2")
        try await fixture.records.database.write { transaction in
            try transaction.execute("DROP TRIGGER record_versions_fixed")
            try transaction.execute(sql)
            try transaction.execute("UPDATE record_chunks SET id = CASE id WHEN -1 THEN (1 << 24) + 1 WHEN -2 THEN (1 << 24) ELSE id END")
        }
        var given: [UInt8] = []
        var failed = false
        do {
            let stream = try await fixture.reader.open(.own(), document: stored.document)
            while let chunk = try await stream.next() { given += chunk }
        } catch let refusal as AccessRefusal {
            guard case .records(.damaged) = refusal else { throw refusal }
            failed = true
        }
        #expect(failed)
        #expect(content.starts(with: given) && given.count < content.count)
    }

    @Test("a life of a hundred years is paged in a stable order while documents come in (RE-14)")
    func timeline() async throws {
        let directory = try TemporaryDirectory()
        let fixture = try await RecordsFixture(path: directory.file())
        let year: Int64 = 31_557_600 * 1_000_000_000
        let birth = RecordsFixture.start.advanced(byNanoseconds: -100 * year)
        for number in 0..<300 {
            // Three of each moment: the order within one must be stable too.
            let at = birth.advanced(byNanoseconds: Int64(number / 3) * year)
            try await fixture.store([UInt8(number & 255)], at: at, request: "r\(number)")
        }
        var seen: [DocumentEntry] = []
        var cursor: TimelineCursor?
        repeat {
            let page = try await fixture.reader.timeline(.own(), after: cursor, limit: 17)
            #expect(page.entries.count <= 17)
            seen += page.entries
            cursor = page.next
            try await fixture.store([1], at: RecordsFixture.start, request: "late-\(seen.count)")
        } while cursor != nil
        #expect(seen.count == 300 && Set(seen.map(\.document)).count == 300)
        #expect(zip(seen, seen.dropFirst()).allSatisfy { $0.occurredAt >= $1.occurredAt })
        let again = try await fixture.reader.timeline(.own(), after: nil, limit: 1_000_000)
        #expect(again.entries.count == RecordReader.mostEntries)
    }

    /// Rows of documents, versions, contents and chunks.
    private func counts(_ fixture: RecordsFixture) async throws -> [Int64] {
        try await fixture.records.database.read { transaction in
            try ["record_documents", "record_versions", "record_contents", "record_chunks"].map { table in
                try transaction.first("SELECT COUNT(*) FROM \(table)") { row in try row.int64(0) } ?? -1
            }
        }
    }
}
