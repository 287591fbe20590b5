import SampanDomain
import SampanStorage
import SampanTestSupport
import StoreTestSupport
import Testing

@testable import SampanRecords

@Suite("Nothing readable in the file (RE-02)", .blocking)
struct CanaryScanTests {
    @Test("no planted name, number, phone, diagnosis, title, digest or code is in any byte of the file, its log and its index")
    func sealed() async throws {
        let directory = try TemporaryDirectory()
        let fixture = try await RecordsFixture(path: directory.file())
        let extra = try await CanaryScan.plant(fixture, documents: 16)
        // With the write-ahead log as it is in the middle of work.
        let open = try CanaryScan.scan(directory.path, extra: extra)
        #expect(open.findings.isEmpty && open.files >= 3 && open.bytes > 2_000_000)
        await fixture.records.close()
        let closed = try CanaryScan.scan(directory.path, extra: extra)
        #expect(closed.findings.isEmpty && closed.bytes > 1_000_000)
    }

    @Test("the scan finds every word where nothing is sealed")
    func control() async throws {
        let directory = try TemporaryDirectory()
        let database = try await CanaryScan.plantInTheClear(path: directory.file())
        let found = try CanaryScan.scan(directory.path)
        #expect(Set(found.findings.map(\.kind)) == Set(CanaryScan.words.map(\.kind)))
        await database.close()
    }
}
