import Foundation
import SampanClinicalDocument
import SampanDomain
import StoreTestSupport
import Testing

/// The four Chinese sharing documents against what was planted in them (truth.json).
@Suite("CDA of WS/T 500", .blocking, .enabled(if: Samples.areThere))
struct WST500Tests {
    private static func value(_ document: ClinicalDocument, _ system: String) -> String? {
        document.patient?.identifiers.first { $0.system == "urn:oid:\(system)" }?.value
    }

    private static func number(_ statement: ClinicalStatement) -> String? {
        guard case .quantity(let quantity) = statement.value else { return nil }
        return quantity.value
    }

    @Test("everything that the truth states")
    func truth() throws {
        let truths = try Samples.json("cda/wst500/truth.json")
        #expect(truths.count == 4)
        for (name, truth) in truths {
            let document = try Samples.read("cda/wst500/\(name)")
            let code = try #require(truth["code"] as? String)
            #expect(document.format == .wst500(code))
            #expect(document.type?.codings.first?.code == code)
            #expect(document.identifier?.value == truth["doc_id"] as? String)
            #expect(document.identifier?.system == "urn:oid:2.16.156.10011.1.1")
            #expect(document.patient?.name?.display == truth["patient_name"] as? String)
            #expect(Self.value(document, "2.16.156.10011.1.3") == truth["id_no"] as? String)
            #expect(document.patient?.sexCode?.code == truth["sex"] as? String)
            #expect(document.patient?.sex == (truth["sex"] as? String == "1" ? .male : .female))
            #expect(document.patient?.birth?.hl7Text == truth["birth"] as? String)
            #expect(document.created?.hl7Text == "\(truth["effective_time"] as? String ?? "")+0800")
            #expect(document.custodian?.identifiers.first?.value == truth["org_code"] as? String)
            #expect(document.authors.first?.names.first?.display == truth["author"] as? String)
            #expect(document.allSections.count == truth["sections"] as? Int)
            #expect(document.setIdentifier == nil && document.version == "0" && document.language == "zh-CN")
            let statements = document.allStatements
            if let drugs = truth["drugs"] as? [String] {
                #expect(statements.map(\.kind) == drugs.map { _ in .prescription })
                #expect(statements.map { $0.code?.label } == drugs)
            }
            if let conclusion = truth["conclusion"] as? String {
                #expect(statements.map(\.value) == [.text(conclusion)])
                #expect(document.sections[0].text == truth["exam"] as? String)
            }
            if let results = truth["results"] as? [[Any]] {
                #expect(statements.map { $0.code?.label } == results.map { $0[0] as? String })
                #expect(statements.map { $0.interpretation.first?.codings.first?.code } == results.map { $0[2] as? String })
                #expect(statements.map { Self.number($0).flatMap(Double.init) } == results.map { $0[1] as? Double })
            }
        }
    }

    @Test("numbers keep their written form, diagnoses their code, kinds are those of RE-11")
    func details() throws {
        let laboratory = try Samples.read("cda/wst500/C0007_01022026030900004.xml")
        #expect(laboratory.kind == .labReport)
        let values = laboratory.allStatements.map { Self.number($0) }
        #expect(values == ["2.8", "172.0", "208.1", "4.4", "115.0"])
        let visit = try Samples.read("cda/wst500/C0002_00012026030400001.xml")
        #expect(visit.kind == .outpatientEncounter)
        let diagnosis = try #require(visit.allStatements.first { $0.kind == .diagnosis })
        #expect(diagnosis.code?.codings == [Coding(system: "urn:oid:2.16.156.10011.2.3.3.11", code: "J06.9")])
        #expect(try Samples.read("cda/wst500/C0004_00012026032800002.xml").kind == .prescription)
        #expect(try Samples.read("cda/wst500/C0006_01022026060700003.xml").kind == .imagingReport)
    }
}
