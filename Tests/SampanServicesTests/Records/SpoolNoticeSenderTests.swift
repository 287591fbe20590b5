import Foundation
import SampanDomain
import SampanRecords
import StoreTestSupport
import Testing

@testable import SampanServices

@Suite("Notices in a spool directory")
struct SpoolNoticeSenderTests {
    @Test("one file a notice, for its owner alone, whole, with a name that tells nothing")
    func spool() async throws {
        let directory = try TemporaryDirectory()
        let spool = directory.file("spool")
        let sender = try SpoolNoticeSender(directory: spool)
        let (patient, hospital) = (try EnterpriseID(42), try InstitutionCode("H7", scheme: .local))
        let at = UnixTime(nanoseconds: 1_795_737_600_000_000_000)
        try await sender.send(.code(patient: patient, digits: "012345", institution: hospital, purpose: .treatment, expiresAt: at))
        try await sender.send(.emergency(patient: patient, institution: hospital, at: at))
        let names = try FileManager.default.contentsOfDirectory(atPath: spool)
        #expect(names.count == 2 && names.allSatisfy { $0.hasSuffix(".json") && $0.utf8.count == 37 })
        var kinds: Set<String> = []
        for name in names {
            let attributes = try FileManager.default.attributesOfItem(atPath: "\(spool)/\(name)")
            let mode = (attributes[.posixPermissions] as? Int) ?? 0
            #expect(mode == 0o600)
            let data = try Data(contentsOf: URL(fileURLWithPath: "\(spool)/\(name)"))
            let object = try JSONSerialization.jsonObject(with: data) as? [String: String]
            #expect(object?["enterprise_id"] == "42" && object?["institution"] == "H7")
            if let kind = object?["kind"] { kinds.insert(kind) }
            if object?["kind"] == "code" { #expect(object?["code"] == "012345" && object?["purpose"] == "treatment") }
        }
        #expect(kinds == ["code", "emergency"])
    }
}
