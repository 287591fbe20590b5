internal import SampanXML

/// Entries of CDA's body as statements. What decides over the kind is, in this order: whom it is about, the class of the act, its
/// template (C-CDA) or its data element (WS 363), and its mood: what is meant to happen is never told as what has happened.
extension CDAReader {
    private static let templates = "2.16.840.1.113883.10.20.22.4."
    /// Acts that only stand around what they are concerned with: concerns, and diagnoses and drugs of a stay.
    private static let wrappers = ["3", "30", "33", "34", "35", "36"].map { templates + $0 }
    private static let classes: Set<String> = [
        "observation", "act", "organizer", "substanceAdministration", "supply", "procedure", "encounter", "observationMedia",
    ]

    /// The statements right in an `entry`, `entryRelationship` or `component`.
    func statements(in holder: XMLElement, ofOther: Bool = false) throws(DocumentError) -> [ClinicalStatement] {
        var list: [ClinicalStatement] = []
        for element in holder.elements where element.namespace == XMLElement.hl7 && Self.classes.contains(element.name) {
            list += try statements(of: element, ofOther: ofOther)
        }
        return list
    }

    private func statements(of element: XMLElement, ofOther: Bool) throws(DocumentError) -> [ClinicalStatement] {
        let isNegated = element.attribute("negationInd") == "true"
        let relative = element.first("subject", "relatedSubject")
        if relative != nil, element.name == "organizer" { return [try familyHistory(element)] }
        let isOfOther = ofOther || element.first("subject") != nil
        if element.name == "act", !isNegated, Self.wrappers.contains(where: element.isTemplate) {
            return try members(of: element, ofOther: isOfOther)
        }
        var statement = ClinicalStatement(kind: isOfOther ? .other : kind(of: element))
        statement.isNegated = isNegated
        statement.identifiers = element.identifiers
        statement.code = element.first("code")?.concept(narrative)
        statement.status = CDAStatus.word(element.first("statusCode")?.attribute("code"), statement.kind)
        statement.intent = Self.intent(element.attribute("moodCode"), statement.kind)
        statement.text = element.first("text").flatMap { narrative.label($0) }
        try readTimes(element, &statement)
        try readParts(element, &statement)
        statement.members = try members(of: element, ofOther: isOfOther)
        if statement.kind == .imagingStudy { imaging(element, &statement) }
        if isNegated { Self.negate(&statement) }
        return [statement]
    }

    private func members(of element: XMLElement, ofOther: Bool) throws(DocumentError) -> [ClinicalStatement] {
        var list: [ClinicalStatement] = []
        for holder in element.elements where holder.name == "entryRelationship" || holder.name == "component" {
            list += try statements(in: holder, ofOther: ofOther)
        }
        return list
    }

    private func kind(of element: XMLElement) -> StatementKind {
        let mood = element.attribute("moodCode") ?? "EVN"
        let isEvent = mood == "EVN"
        let isIntent = ["INT", "RQO", "PRP", "PRMS", "ARQ", "APT"].contains(mood)
        func isTemplate(_ number: String) -> Bool { element.isTemplate(Self.templates + number) }
        let otherwise: StatementKind = isIntent ? .order : .other
        switch element.name {
        case "substanceAdministration":
            if isEvent { return isTemplate("52") || element.first("code")?.attribute("code") == "IMMUNIZ" ? .immunization : .medication }
            return isIntent ? .prescription : .other
        case "procedure": return isEvent ? .procedure : otherwise
        case "encounter": return isEvent ? .encounter : otherwise
        case "observationMedia": return .attachment
        case "organizer": return !isEvent ? otherwise : isTemplate("1") ? .report : .result
        case "observation":
            guard isEvent else { return otherwise }
            if isTemplate("4") { return .diagnosis }
            if isTemplate("7") { return .allergy }
            return Self.kindByElement(element.first("code")) ?? .result
        case "act":
            if element.isTemplate("2.16.840.1.113883.10.20.6.2.6") { return .imagingStudy }
            return isEvent && isTemplate("12") ? .procedure : otherwise
        default: return otherwise
        }
    }

    /// WS 363: diagnosis (code, name), drug.
    private static func kindByElement(_ code: XMLElement?) -> StatementKind? {
        guard let coding = code?.coding, coding.system == CodeSystemName.dataElement else { return nil }
        switch coding.code {
        case "DE05.01.024.00", "DE05.01.025.00": return .diagnosis
        case "DE08.50.022.00": return .prescription
        default: return nil
        }
    }

    private static func intent(_ mood: String?, _ kind: StatementKind) -> String? {
        guard kind == .prescription || kind == .order else { return nil }
        switch mood {
        case "INT", "PRMS", "APT": return "plan"
        case "PRP": return "proposal"
        // A prescription of WS/T 500 is written as what was observed.
        default: return "order"
        }
    }

    /// A negated statement says so by FHIR's own words too, where there are any.
    private static func negate(_ statement: inout ClinicalStatement) {
        switch statement.kind {
        case .immunization, .procedure: statement.status = "not-done"
        case .medication: statement.status = "not-taken"
        case .diagnosis:
            statement.verification = CodedConcept(
                codings: [Coding(system: "http://terminology.hl7.org/CodeSystem/condition-ver-status", code: "refuted")])
        case .allergy:
            statement.verification = CodedConcept(
                codings: [Coding(system: "http://terminology.hl7.org/CodeSystem/allergyintolerance-verification", code: "refuted")])
        default: break
        }
    }

    private func readTimes(_ element: XMLElement, _ statement: inout ClinicalStatement) throws(DocumentError) {
        for time in element.all("effectiveTime") {
            if time.dataType == "PIVL_TS" || time.first("period") != nil {
                if let period = try time.first("period")?.quantity(), let value = period.value {
                    statement.dosages.append(ClinicalStatement.Dosage(text: "every \(value)\(period.unit.map { " \($0)" } ?? "")"))
                }
            } else if statement.timing == nil {
                statement.timing = try remarks.known { () throws(DocumentError) in try time.timing(assumed: assumed) }
            }
        }
        if statement.kind == .prescription || statement.kind == .order {
            statement.issued = try remarks.known { () throws(DocumentError) in
                try element.first("author", "time")?.time(assumed: assumed)
            }
        }
    }

    private func readParts(_ element: XMLElement, _ statement: inout ClinicalStatement) throws(DocumentError) {
        switch element.name {
        case "substanceAdministration": try readDrug(element, &statement)
        case "observationMedia": if let value = element.first("value") { statement.attachments = [attachment(value).attachments[0]] }
        default: try readFindings(element, &statement)
        }
        if let site = element.first("targetSiteCode") { statement.bodySite = site.concept(narrative) }
    }

    private func readFindings(_ element: XMLElement, _ statement: inout ClinicalStatement) throws(DocumentError) {
        var values: [ClinicalValue] = []
        for value in element.all("value") {
            if let value = try remarks.known({ () throws(DocumentError) in try value.value(narrative, assumed: assumed) }) {
                values.append(value)
            }
        }
        statement.value = values.first
        statement.components = values.dropFirst().map { ClinicalStatement.Component(code: statement.code, value: $0) }
        statement.interpretation = element.all("interpretationCode").compactMap { interpretation($0) }
        for holder in element.all("referenceRange") {
            guard let range = holder.first("observationRange") else { continue }
            let bounds = try range.first("value")?.range()
            let text = range.first("text").flatMap { narrative.label($0) }
            if bounds != nil || text != nil {
                statement.ranges.append(ClinicalStatement.ReferenceRange(low: bounds?.low, high: bounds?.high, text: text))
            }
        }
        switch statement.kind {
        case .diagnosis: moveDiagnosis(&statement)
        case .allergy: moveAllergy(element, &statement)
        case .prescription: moveDrugName(&statement)
        default:
            // WS/T 500 names what was measured in the text; the code only says that something was.
            if isChinese, let text = statement.text, statement.code?.text == nil,
                statement.code?.codings.first?.system == CodeSystemName.dataElement
            {
                statement.code?.text = text
                statement.text = nil
            }
        }
    }

    /// HL7's own codes come without their system (the type has one only).
    private func interpretation(_ element: XMLElement) -> CodedConcept? {
        var concept = element.concept(narrative)
        if concept?.codings.isEmpty == false, concept?.codings[0].system == nil {
            concept?.codings[0].system = CodeSystemName.uri(oid: "2.16.840.1.113883.5.83")
        }
        return concept
    }

    /// The disease is the value; what the code says ("diagnosis", "problem") is the category.
    private func moveDiagnosis(_ statement: inout ClinicalStatement) {
        if let code = statement.code { statement.categories = [code] }
        // An onset alone: FHIR writes it as a moment.
        if case .period(let start?, nil) = statement.timing { statement.timing = .moment(start) }
        switch statement.value {
        case .concept(let concept): statement.code = concept
        case .text(let text): statement.code = CodedConcept(text: text)
        case nil: statement.code = nil
        default: return
        }
        statement.value = nil
    }

    /// The substance is a participant; the value says which kind of intolerance.
    private func moveAllergy(_ element: XMLElement, _ statement: inout ClinicalStatement) {
        let substance = element.first("participant", "participantRole", "playingEntity")
        var code = substance?.first("code")?.concept(narrative)
        if code == nil, let name = substance?.first("name").flatMap({ PlainText.label($0) }) { code = CodedConcept(text: name) }
        if case .concept(let type) = statement.value { statement.categories = [type] }
        (statement.code, statement.value) = (code, nil)
    }

    /// `NAME STRENGTH` as WS/T 500 writes it: the strength begins with a digit.
    private func moveDrugName(_ statement: inout ClinicalStatement) {
        guard case .text(let text) = statement.value else { return }
        if let code = statement.code { statement.categories = [code] }
        let words = text.split(separator: " ")
        if words.count > 1, let last = words.last, last.first?.isNumber == true {
            statement.code = CodedConcept(text: words.dropLast().joined(separator: " "))
            statement.dosages = [ClinicalStatement.Dosage(text: String(last))]
        } else {
            statement.code = CodedConcept(text: text)
        }
        statement.value = nil
    }

    private func readDrug(_ element: XMLElement, _ statement: inout ClinicalStatement) throws(DocumentError) {
        let material = element.first("consumable", "manufacturedProduct", "manufacturedMaterial")
        var code = material?.first("code")?.concept(narrative)
        if let name = material?.first("name").flatMap({ PlainText.label($0) }), code?.text == nil {
            code = CodedConcept(codings: code?.codings ?? [], text: name)
        }
        if statement.kind != .other || statement.code == nil { statement.code = code }
        let (route, dose) = (element.first("routeCode")?.concept(narrative), try dose(element))
        if route != nil || dose != nil {
            if statement.dosages.isEmpty { statement.dosages.append(ClinicalStatement.Dosage()) }
            (statement.dosages[0].route, statement.dosages[0].dose) = (route, dose)
        }
    }

    private func dose(_ element: XMLElement) throws(DocumentError) -> ClinicalQuantity? {
        guard let dose = element.first("doseQuantity") else { return nil }
        if let exact = try dose.quantity() { return exact }
        if let low = try dose.first("low")?.quantity() { return low }
        return try dose.first("center")?.quantity()
    }

    /// A page or a picture inside of the document (ED).
    func attachment(_ content: XMLElement) -> ClinicalStatement {
        var statement = ClinicalStatement(kind: .attachment)
        let isBase64 = content.attribute("representation") == "B64"
        let text = content.text
        let type = content.attribute("mediaType").flatMap { PlainText.line($0) } ?? "text/plain"
        let url = content.first("reference")?.attribute("value")
        if isBase64 {
            let data = text.utf8.filter { $0 > 0x20 }
            if !data.allSatisfy(Self.isBase64) { remarks.add("left aside: content that is not Base64") }
            let isContent = !data.isEmpty && data.allSatisfy(Self.isBase64)
            statement.attachments = [
                ClinicalStatement.Attachment(contentType: type, url: url, data: isContent ? String(decoding: data, as: UTF8.self) : nil)
            ]
        } else {
            statement.attachments = [ClinicalStatement.Attachment(contentType: type, url: url)]
            statement.text = PlainText.of(content)
        }
        return statement
    }

    private static func isBase64(_ byte: UInt8) -> Bool {
        (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte) || [0x2B, 0x2F, 0x3D].contains(byte)
    }

    /// UIDs of DICOM only.
    private static func uid(_ act: XMLElement?) -> String? {
        act?.first("id")?.attribute("root").flatMap { root in
            root.utf8.count <= 64 && !root.isEmpty && root.utf8.allSatisfy { (48...57).contains($0) || $0 == UInt8(ascii: ".") }
                ? root : nil
        }
    }

    /// Of a relative: none of it is the patient's own.
    private func familyHistory(_ organizer: XMLElement) throws(DocumentError) -> ClinicalStatement {
        let found = organizer.all("component").compactMap { $0.first("observation") }
        // FHIR's family history cannot say that a relative has not had something.
        let hasNegated = found.contains { $0.attribute("negationInd") == "true" }
        var statement = ClinicalStatement(kind: hasNegated ? .other : .familyHistory)
        statement.identifiers = organizer.identifiers
        statement.status = CDAStatus.word(organizer.first("statusCode")?.attribute("code"), statement.kind)
        statement.code = organizer.first("subject", "relatedSubject", "code")?.concept(narrative)
        if hasNegated {
            statement.members = try members(of: organizer, ofOther: true)
            return statement
        }
        for observation in found {
            guard case .concept(let disease) = try observation.first("value")?.value(narrative, assumed: assumed) else { continue }
            statement.components.append(ClinicalStatement.Component(code: disease))
        }
        return statement
    }

    /// C-CDA's study act: series and their objects by UID.
    private func imaging(_ study: XMLElement, _ statement: inout ClinicalStatement) {
        var detail = ClinicalStatement.ImagingDetail()
        for holder in study.all("entryRelationship") {
            guard let act = holder.first("act"), let uid = Self.uid(act) else { continue }
            let modality = act.first("code")?.first("qualifier")?.first("value")?.coding
            let objects = act.all("entryRelationship").compactMap { $0.first("observation") }
            detail.series.append(
                ClinicalStatement.ImagingDetail.Series(
                    uid: uid, modality: modality, text: act.first("text").flatMap { narrative.label($0) },
                    instances: objects.compactMap { object in
                        Self.uid(object).map {
                            ClinicalStatement.ImagingDetail.Instance(uid: $0, sopClass: object.first("code")?.coding)
                        }
                    }))
            if let modality, !detail.modalities.contains(modality) { detail.modalities.append(modality) }
        }
        detail.numberOfSeries = detail.series.count
        detail.numberOfInstances = detail.series.reduce(0) { $0 + $1.instances.count }
        (statement.imaging, statement.members) = (detail, [])
    }
}
