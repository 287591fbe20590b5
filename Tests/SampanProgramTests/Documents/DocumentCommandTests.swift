import ArgumentParser
import Foundation
import SampanClinicalDocument
import SampanDomain
import StoreTestSupport
import Testing

@testable import sampan

private let data = ProcessInfo.processInfo.environment["SAMPAN_DATA"] ?? "/work/shared/data"

@Suite("sampan document", .blocking)
struct DocumentCommandTests {
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    private func run(_ arguments: [String]) -> Int32 {
        do {
            var command = try Sampan.parseAsRoot(["document"] + arguments)
            try command.run()
            return 0
        } catch {
            return Sampan.exitCode(for: error).rawValue
        }
    }

    private static let cda = """
        <ClinicalDocument xmlns="urn:hl7-org:v3"><id root="1.2" extension="N1"/><code code="C0007" codeSystem="2.16.156.10011.2.4"/>
        <title>检验报告 张无忌</title><effectiveTime value="20260304133055"/><recordTarget><patientRole><id root="1.4" extension="P1"/><patient>
        <id root="2.16.156.10011.1.3" extension="329901199404219244"/>
        <name>张无忌</name><birthTime value="19940421"/></patient></patientRole></recordTarget>
        <author><assignedAuthor/></author><custodian><assignedCustodian><representedCustodianOrganization/></assignedCustodian></custodian>
        <component><structuredBody><component><section><title>张无忌</title><text>x</text></section>
        </component></structuredBody></component></ClinicalDocument>
        """

    private func file(_ name: String, _ text: String) throws -> String {
        try Data(text.utf8).write(to: URL(fileURLWithPath: directory.file(name)))
        return directory.file(name)
    }

    @Test("exit codes: 0, wrong usage 64, no document 65, missing 66, not written 73")
    func exitCodes() throws {
        let good = try file("good.xml", Self.cda)
        for json in [[], ["--json"]] {
            #expect(run(["inspect", good] + json) == 0)
            #expect(run(["inspect"] + json) == 64)
            #expect(run(["inspect", try file("bad.xml", "<!DOCTYPE a><a/>")] + json) == 65)
            #expect(run(["inspect", try file("bad.json", "{\"resourceType\":\"Nothing\"}")] + json) == 65)
            #expect(run(["inspect", directory.file("none.xml")] + json) == 66)
            #expect(run(["convert", good, "--to", "fhir", "-o", directory.file("out.json")] + json) == 0)
            #expect(run(["convert", good, "--to", "pdf", "-o", directory.file("out.json")] + json) == 64)
            #expect(run(["convert", good, "--to", "fhir", "-o", directory.file("out.json"), "--at", "yesterday"] + json) == 64)
            #expect(run(["convert", good, "--to", "fhir", "-o", directory.file("no/such/out.json")] + json) == 73)
        }
        // Larger than the limit, and refused before it is in memory.
        let big = directory.file("big.xml")
        #expect(FileManager.default.createFile(atPath: big, contents: nil))
        let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: big))
        try handle.truncate(atOffset: 1 << 30)
        try handle.close()
        #expect(run(["inspect", big]) == 65)
    }

    @Test("what is told says nothing of who the patient is, unless asked to")
    func masked() throws {
        let document = try DocumentFile(try file("good.xml", Self.cda))
        let report = DocumentReport(document, reveal: false)
        for text in [report.text, try JSONText.of(report)] {
            for secret in ["张无忌", "329901199404219244", "19940421", "1994-04-21"] { #expect(!text.contains(secret), "\(secret)") }
            #expect(text.contains("lab-report") && text.contains("329*************44") && text.contains("cda/wst500"))
        }
        let revealed = DocumentReport(document, reveal: true)
        for text in [revealed.text, try JSONText.of(revealed)] { #expect(text.contains("张无忌") && text.contains("1994-04-21")) }
    }

    @Test("the same file and moment give the same bytes, which are read as the same document; the original is untouched")
    func convert() throws {
        let good = try file("good.xml", Self.cda)
        let outs = [directory.file("a.json"), directory.file("b.json")]
        for out in outs { #expect(run(["convert", good, "--to", "fhir", "-o", out, "--at", "2026-11-18T08:00:00+08:00"]) == 0) }
        let texts = try outs.map { try String(contentsOfFile: $0, encoding: .utf8) }
        #expect(texts[0] == texts[1] && texts[0].contains("张无忌") && texts[0].contains("2026-11-18T00:00:00"))
        let back = try DocumentFile(outs[0])
        #expect(back.document.identifier?.value == "N1" && back.document.kind == .labReport)
        #expect(try String(contentsOfFile: good, encoding: .utf8) == Self.cda)
    }

    @Test(
        "every shared sample as records_expected.json tells it",
        .enabled(if: FileManager.default.fileExists(atPath: "\(data)/records_expected.json")))
    func samples() throws {
        let object = try JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: "\(data)/records_expected.json")))
        let expected = try #require(object as? [String: [String: Any]])
        for (path, truth) in expected where !path.hasPrefix("hl7v2") {
            let report = DocumentReport(try DocumentFile("\(data)/\(path)"), reveal: true)
            #expect(report.bytes == truth["bytes"] as? Int && report.sha256 == truth["sha256"] as? String, "\(path)")
            if path.hasPrefix("cda") {
                #expect(report.sections.count == truth["sections"] as? Int && report.title == truth["title"] as? String, "\(path)")
                #expect(report.type == (truth["code"] as? [String: String])?["code"], "\(path)")
                #expect(report.identifier?.value == (truth["id"] as? [String: String])?["extension"], "\(path)")
            } else if let type = truth["bundle_type"] as? String {
                #expect(report.format == "fhir-r4/bundle/\(type)", "\(path)")
            } else {
                #expect(report.format == "fhir-r4/\(truth["resourceType"] as? String ?? "")", "\(path)")
            }
            if let name = (truth["patient"] as? [String: Any])?["name"] as? String {
                #expect(report.patient?.name ?? "" == name, "\(path)")
            }
        }
    }
}
