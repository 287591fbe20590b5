import SampanClinicalDocument
import SampanXML
import StoreTestSupport
import Testing

@Suite("CDA documents", .blocking)
struct CDAReaderTests {
    private static func document(_ changes: [(String, String)] = []) -> [UInt8] {
        var text = """
            <ClinicalDocument xmlns="urn:hl7-org:v3" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
            <id root="1.2.3" extension="D1"/><code code="11502-2" codeSystem="2.16.840.1.113883.6.1"/><title>Report</title>
            <effectiveTime value="20260304133055+0800"/>
            <recordTarget><patientRole><id root="1.2.4" extension="P1"/><patient>\
            <name>张无忌</name><birthTime value="19940421"/></patient></patientRole></recordTarget>
            <author><assignedAuthor><id root="1.2.5" extension="A1"/>\
            <assignedPerson><name>医生</name></assignedPerson></assignedAuthor></author>
            <custodian><assignedCustodian><representedCustodianOrganization>\
            <id root="1.2.6" extension="O1"/></representedCustodianOrganization></assignedCustodian></custodian>
            <component><structuredBody><component><section><code code="30954-2" codeSystem="2.16.840.1.113883.6.1"/><text>words</text>
            <entry><observation classCode="OBS" moodCode="EVN"><code code="x"/>\
            <value xsi:type="PQ" value="1.50" unit="g/L"/></observation></entry>
            </section></component></structuredBody></component></ClinicalDocument>
            """
        for (from, to) in changes { text.replace(from, with: to) }
        return Array(text.utf8)
    }

    @Test("the header's required elements, one by one")
    func required() {
        #expect(Samples.error(Self.document()) == nil)
        let gone: [(String, String, String)] = [
            ("<id root=\"1.2.3\" extension=\"D1\"/>", "", "id"), ("<id root=\"1.2.3\"", "<id nullFlavor=\"NI\"", "id/@root"),
            ("<code code=\"11502-2\" codeSystem=\"2.16.840.1.113883.6.1\"/>", "", "code"),
            ("<effectiveTime value=\"20260304133055+0800\"/>", "", "effectiveTime"),
            ("<effectiveTime value=\"20260304133055+0800\"/>", "<effectiveTime nullFlavor=\"UNK\"/>", "effectiveTime/@value"),
            ("recordTarget>", "record>", "recordTarget"), ("patientRole>", "role>", "patientRole"),
            ("<id root=\"1.2.4\" extension=\"P1\"/>", "", "id"), ("author>", "writer>", "author"), ("custodian>", "keeper>", "custodian"),
            ("<component><structuredBody>", "<component><body>", "structuredBody or nonXMLBody"),
        ]
        for (from, to, name) in gone {
            var changes = [(from, to)]
            if to == "<component><body>" { changes.append(("</structuredBody>", "</body>")) }
            #expect(Samples.error(Self.document(changes))?.reason == .missing(name), "\(from)")
        }
    }

    @Test(
        "dates that no calendar has, numbers that are none",
        arguments: [
            ("19940421", "19940231"), ("19940421", "1994042"), ("19940421", "19941301"), ("20260304133055+0800", "20260304253055+0800"),
            ("20260304133055+0800", "2026-03-04"), ("20260304133055+0800", "20260304133055+9900"), ("20260304133055+0800", "00000304"),
        ])
    func badTimes(from: String, to: String) {
        #expect(Samples.error(Self.document([(from, to)]))?.reason == .badTime)
    }

    @Test("a value that is no decimal is refused with its line; another namespace or root is no document")
    func refused() {
        let error = Samples.error(Self.document([("1.50", "1,50")]))
        #expect(error?.reason == .badNumber && error?.place == "value, line 8")
        #expect(Samples.error(Self.document([("urn:hl7-org:v3", "urn:other")]))?.reason == .notADocument)
        #expect(Samples.error(Array("<a/>".utf8))?.reason == .notADocument)
        #expect(Samples.error(Array("MSH|^~\\&|".utf8))?.reason == .unknownFormat)
        #expect(Samples.error([])?.reason == .unknownFormat)
        let twice = Self.document([
            ("<author>", "<recordTarget><patientRole><id root=\"1\" extension=\"2\"/></patientRole></recordTarget><author>")
        ])
        #expect(Samples.error(twice)?.reason == .severalPatients)
    }

    @Test("moods: what is meant to be is an order, a goal is no result; what is negated says so; a relative's is not the patient's")
    func meaning() throws {
        func statements(_ entry: String) throws -> [ClinicalStatement] {
            try ClinicalDocumentReader().read(Self.document([("</section>", "<entry>\(entry)</entry></section>")])).sections[0].statements
                .dropFirst().map { $0 }
        }
        let order = try statements("<observation moodCode=\"RQO\"><code code=\"y\"/></observation>")
        #expect(order.map(\.kind) == [.order] && order[0].intent == "order")
        #expect(try statements("<observation moodCode=\"GOL\"><code code=\"y\"/></observation>").map(\.kind) == [.other])
        let allergy = try statements(
            "<observation moodCode=\"EVN\" negationInd=\"true\"><templateId root=\"2.16.840.1.113883.10.20.22.4.7\"/><code code=\"ASSERTION\"/></observation>"
        )
        #expect(allergy.map(\.kind) == [.allergy] && allergy[0].isNegated && allergy[0].verification?.codings.first?.code == "refuted")
        let family = try statements(
            """
            <organizer moodCode="EVN"><subject><relatedSubject><code code="FTH"/></relatedSubject></subject><component>
            <observation moodCode="EVN"><templateId root="2.16.840.1.113883.10.20.22.4.4"/>
            <value xsi:type="CD" code="22298006"/></observation></component></organizer>
            """)
        #expect(family.map(\.kind) == [.familyHistory] && family[0].components.first?.code?.codings.first?.code == "22298006")
        let other = try statements(
            "<act moodCode=\"EVN\"><subject><relatedSubject/></subject><entryRelationship><observation moodCode=\"EVN\"><code code=\"z\"/></observation></entryRelationship></act>"
        )
        #expect(other.flatMap(\.withMembers).map(\.kind) == [.other, .other])
    }

    @Test("a document in GBK and in UTF-16 reads as the same as in UTF-8")
    func encodings() throws {
        let text = String(decoding: Self.document(), as: UTF8.self)
        let plain = try ClinicalDocumentReader().read(Self.document())
        let units = Array("<?xml version=\"1.0\" encoding=\"UTF-16\"?>\(text)".utf16)
        let wide: [UInt8] = [0xFF, 0xFE] + units.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] as [UInt8] }
        #expect(try ClinicalDocumentReader().read(wide) == plain)
    }
}
