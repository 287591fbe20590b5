import Foundation
import SampanIdentity
import StoreTestSupport
import Testing

@Suite("The index's files show nobody", .blocking)
struct SealedFileTests {
    @Test("no name, number, telephone, address, birth date or local id stands in the bytes of the files")
    func canaries() async throws {
        let test = try await TestIndex()
        let person = Demographics(
            name: "欧阳甡犇", sex: "1", birthDate: "19761123", idType: "01", idNumber: number("19761123", "731"), phone: "10004567891",
            address: "江海省江海市云溪县白云乡枫桥路777号", guardianName: "慕容雪莲", guardianNumber: number("19500301", "442"))
        try await test.register("LOCAL-CANARY-1", person)
        try await test.register("LOCAL-CANARY-2", at: "H2", .with(person) { $0.phone = "" })
        try await test.index.learn()
        let canaries =
            [
                person.name, person.birthDate, person.idNumber, person.phone, "枫桥路", person.guardianName, person.guardianNumber,
                "LOCAL-CANARY",
            ]
        var looked = 0
        for file in try FileManager.default.contentsOfDirectory(atPath: test.directory.path) {
            let data = try Data(contentsOf: URL(fileURLWithPath: test.directory.file(file)))
            looked += data.count
            for canary in canaries { #expect(data.range(of: Data(canary.utf8)) == nil, "\(file) shows a planted text") }
        }
        #expect(looked > 50_000)
    }
}
