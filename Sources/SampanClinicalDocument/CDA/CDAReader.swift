internal import SampanDomain
internal import SampanXML

/// Reads HL7 CDA R2: the Chinese family of shared documents (WS/T 500) and C-CDA. What is required of a header is required here; codes
/// that are not known are carried.
struct CDAReader {
    let root: XMLElement
    let narrative: CDANarrative
    /// Minutes east of UTC of clocks without an offset: China has one time zone, and WS/T 500 writes none.
    let assumed: Int?
    let isChinese: Bool
    private(set) var document: ClinicalDocument
    let remarks = CDARemarks()

    private static let chineseFamily = "2.16.156.10011.2.4"
    private static let cCDATemplates = "2.16.840.1.113883.10.20.22.1."

    static func read(_ bytes: [UInt8], limits: XMLLimits) throws(DocumentError) -> ClinicalDocument {
        let root: XMLElement
        do throws(XMLError) { root = try XMLDocument(bytes, limits: limits).root } catch { throw DocumentError(.xml(error)) }
        guard root.name == "ClinicalDocument", root.namespace == XMLElement.hl7 else { throw DocumentError(.notADocument) }
        var reader = CDAReader(root)
        try reader.header()
        try reader.people()
        try reader.body()
        for (text, count) in reader.remarks.counts { reader.document.notes[text, default: 0] += count }
        return reader.document
    }

    private init(_ root: XMLElement) {
        self.root = root
        narrative = CDANarrative(root)
        let code = root.first("code")
        isChinese = root.first("realmCode")?.attribute("code") == "CN" || code?.attribute("codeSystem") == Self.chineseFamily
        assumed = isChinese ? 8 * 60 : nil
        let format: DocumentFormat
        if code?.attribute("codeSystem") == Self.chineseFamily, let code = code?.attribute("code") {
            format = .wst500(code)
        } else if root.all("templateId").contains(where: { $0.attribute("root")?.hasPrefix(Self.cCDATemplates) ?? false }) {
            format = .cCDA
        } else {
            format = .cda
        }
        document = ClinicalDocument(format: format)
    }

    private mutating func header() throws(DocumentError) {
        document.identifier = try required("id").identifier
        if document.identifier == nil { throw DocumentError(.missing("id/@root"), at: "ClinicalDocument") }
        document.type = try required("code").concept(narrative)
        if document.type == nil { throw DocumentError(.missing("code/@code"), at: "ClinicalDocument") }
        document.kind = DocumentKind(type: document.type)
        let time = try required("effectiveTime")
        document.created = try time.time(assumed: assumed)
        if document.created == nil { throw DocumentError(.missing("effectiveTime/@value"), at: "ClinicalDocument") }
        if assumed != nil { document.note("a clock without time zone was taken as China's") }
        document.title = root.first("title").flatMap { PlainText.label($0) }
        document.language = root.first("languageCode")?.attribute("code").flatMap { PlainText.line($0) }
        document.confidentiality = root.first("confidentialityCode")?.attribute("code")
        document.setIdentifier = root.first("setId")?.identifier
        if let version = root.first("versionNumber")?.attribute("value"), !version.isEmpty {
            guard let number = Int32(version), number >= 0 else { throw DocumentError(.badNumber, at: "ClinicalDocument/versionNumber") }
            document.version = String(number)
        }
        // Attested by its form: an unsigned draft is not exchanged as CDA.
        document.status = "final"
        for name in [
            "dataEnterer", "informant", "informationRecipient", "legalAuthenticator", "authenticator", "participant",
            "inFulfillmentOf", "documentationOf", "relatedDocument", "authorization",
        ]
        where root.first(name) != nil { document.note("left aside: ClinicalDocument/\(name)") }
    }

    private mutating func people() throws(DocumentError) {
        let targets = root.all("recordTarget")
        guard targets.count <= 1 else { throw DocumentError(.severalPatients, at: "ClinicalDocument/recordTarget") }
        document.patient = try CDAPatient.read(try required("recordTarget"), narrative, assumed: assumed)
        let authors = root.all("author")
        if authors.isEmpty { throw DocumentError(.missing("author"), at: "ClinicalDocument") }
        document.authors = authors.compactMap(Self.author)
        guard let keeper = try required("custodian").first("assignedCustodian", "representedCustodianOrganization") else {
            throw DocumentError(.missing("assignedCustodian/representedCustodianOrganization"), at: "ClinicalDocument/custodian")
        }
        document.custodian = Party(
            kind: .organization, identifiers: keeper.identifiers, title: keeper.first("name").flatMap { PlainText.label($0) })
    }

    private static func author(_ author: XMLElement) -> Party? {
        guard let assigned = author.first("assignedAuthor") else { return nil }
        if let device = assigned.first("assignedAuthoringDevice") {
            let title = (device.first("softwareName") ?? device.first("manufacturerModelName")).flatMap { PlainText.label($0) }
            return Party(kind: .device, identifiers: assigned.identifiers, title: title)
        }
        if assigned.first("assignedPerson") == nil, let organization = assigned.first("representedOrganization") {
            return Party(
                kind: .organization, identifiers: organization.identifiers,
                title: organization.first("name").flatMap { PlainText.label($0) })
        }
        let names = assigned.first("assignedPerson")?.all("name").compactMap(\.personName) ?? []
        return Party(kind: .person, identifiers: assigned.identifiers, names: names)
    }

    private mutating func body() throws(DocumentError) {
        if let visit = root.first("componentOf", "encompassingEncounter") {
            var statement = ClinicalStatement(kind: .encounter)
            statement.identifiers = visit.identifiers
            statement.code = visit.first("code")?.concept(narrative)
            statement.timing = try remarks.known { () throws(DocumentError) in try visit.first("effectiveTime")?.timing(assumed: assumed) }
            document.statements.append(statement)
        }
        guard let component = root.first("component") else { throw DocumentError(.missing("component"), at: "ClinicalDocument") }
        if let content = component.first("nonXMLBody", "text") {
            document.statements.append(attachment(content))
        } else if let body = component.first("structuredBody") {
            for part in body.all("component") {
                if let element = part.first("section") { document.sections.append(try section(element)) }
            }
        } else {
            throw DocumentError(.missing("structuredBody or nonXMLBody"), at: "ClinicalDocument/component")
        }
    }

    private func section(_ element: XMLElement) throws(DocumentError) -> DocumentSection {
        var section = DocumentSection(
            code: element.first("code")?.concept(narrative), title: element.first("title").flatMap { PlainText.label($0) },
            text: PlainText.of(element.first("text")))
        for entry in element.all("entry") { section.statements += try statements(in: entry) }
        for part in element.all("component") {
            if let inner = part.first("section") { section.sections.append(try self.section(inner)) }
        }
        return section
    }

    private func required(_ name: String) throws(DocumentError) -> XMLElement {
        guard let element = root.first(name) else { throw DocumentError(.missing(name), at: "ClinicalDocument") }
        return element
    }
}
