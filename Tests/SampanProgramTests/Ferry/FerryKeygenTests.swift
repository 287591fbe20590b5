import Foundation
import StoreTestSupport
import Testing

@Suite("sampan ferry keygen", .blocking)
struct FerryKeygenTests {
    @Test("GW-19 a pair is made whole or not at all, and never over one that is there")
    func pair() async throws {
        let directory = try TemporaryDirectory()
        let (key, pub) = (directory.file("sealing.key"), directory.file("sealing.pub"))
        func files() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: directory.path).sorted() }

        let nowhere = try await ProgramRun.of(["ferry", "keygen", "--private", key, "--public", directory.file("missing/sealing.pub")])
        #expect(nowhere.code == 1 && nowhere.errors.contains("missing/sealing.pub could not be written"))
        #expect(try files() == [])

        let made = try await ProgramRun.of(["ferry", "keygen", "--private", key, "--public", pub])
        #expect(made.code == 0 && made.output.count == 17)
        #expect(try files() == ["sealing.key", "sealing.pub"])
        let before = try Data(contentsOf: URL(filePath: key))

        let again = try await ProgramRun.of(["ferry", "keygen", "--private", key, "--public", directory.file("other.pub")])
        #expect(again.code == 1 && again.errors.contains("sealing.key exists"))
        #expect(try Data(contentsOf: URL(filePath: key)) == before)
        #expect(try files() == ["sealing.key", "sealing.pub"])
    }
}
