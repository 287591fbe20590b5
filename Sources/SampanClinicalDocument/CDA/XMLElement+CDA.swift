internal import SampanXML

/// Data types of HL7 v3 (CDA R2, chapter 2 and the XML ITS). What a `nullFlavor` says is unknown is nil.
extension XMLElement {
    static let hl7 = "urn:hl7-org:v3"
    private static let instance = "http://www.w3.org/2001/XMLSchema-instance"

    var isNull: Bool { attribute("nullFlavor") != nil }

    /// For errors: name and line, which tell nothing of a patient.
    var place: String { "\(name), line \(line)" }

    /// The type in `xsi:type`, without its prefix.
    var dataType: String? { attribute("type", namespace: Self.instance).map { String($0.split(separator: ":").last ?? "") } }

    func isTemplate(_ root: String) -> Bool { all("templateId").contains { $0.attribute("root") == root } }

    /// II: a root, and an extension of it; or a root that is the number itself.
    var identifier: ClinicalIdentifier? {
        guard let root = attribute("root"), !root.isEmpty else { return nil }
        let isOID = root.utf8.allSatisfy { (48...57).contains($0) || $0 == UInt8(ascii: ".") }
        let uri = isOID ? "urn:oid:\(root)" : "urn:uuid:\(root.lowercased())"
        let assigner = attribute("assigningAuthorityName")
        guard let value = attribute("extension"), !value.isEmpty else {
            return isNull ? nil : ClinicalIdentifier(system: "urn:ietf:rfc:3986", value: uri, assigner: assigner)
        }
        return ClinicalIdentifier(system: uri, value: value, assigner: assigner)
    }

    var identifiers: [ClinicalIdentifier] { all("id").compactMap(\.identifier) }

    /// One code, of CD, CE, CV or CS.
    var coding: Coding? {
        guard let code = attribute("code").flatMap({ PlainText.line($0) }) else { return nil }
        return Coding(
            system: attribute("codeSystem").map { CodeSystemName.uri(oid: $0) }, version: attribute("codeSystemVersion"), code: code,
            display: attribute("displayName").flatMap { PlainText.line($0) })
    }

    /// CD with its translations, and the words in which it was written.
    func concept(_ narrative: CDANarrative) -> CodedConcept? {
        let codings = ([self] + all("translation")).compactMap(\.coding)
        var words = first("originalText").flatMap { narrative.label($0) }
        if words == nil, attribute("code") == nil { words = attribute("displayName").flatMap { PlainText.line($0) } }
        let concept = CodedConcept(codings: codings, text: words)
        return concept.isEmpty ? nil : concept
    }

    /// TS.
    func time(assumed: Int?) throws(DocumentError) -> ClinicalTime? {
        guard let value = attribute("value"), !value.isEmpty else { return nil }
        do throws(DocumentError) { return try ClinicalTime(hl7: value, assumed: assumed) } catch { throw error.at(place) }
    }

    /// IVL_TS, or TS.
    func timing(assumed: Int?) throws(DocumentError) -> ClinicalTiming? {
        if let moment = try time(assumed: assumed) { return .moment(moment) }
        let (start, end) = (try first("low")?.time(assumed: assumed), try first("high")?.time(assumed: assumed))
        if start != nil || end != nil { return .period(start: start, end: end) }
        return try first("center")?.time(assumed: assumed).map { .moment($0) }
    }

    /// PQ. Units are those of UCUM; a number in brackets or `1` is none.
    func quantity() throws(DocumentError) -> ClinicalQuantity? {
        let unit = attribute("unit").flatMap { PlainText.line($0) }.flatMap { $0 == "1" ? nil : $0 }
        guard let value = attribute("value"), !value.isEmpty, !isNull else { return nil }
        do throws(DocumentError) {
            return try ClinicalQuantity(value: value, unit: unit, system: unit == nil ? nil : CodeSystemName.ucum, code: unit)
        } catch {
            throw error.at(place)
        }
    }

    /// ANY, by its type.
    func value(_ narrative: CDANarrative, assumed: Int?) throws(DocumentError) -> ClinicalValue? {
        switch dataType {
        case "CD", "CE", "CV", "CO", "CS": return concept(narrative).map { .concept($0) }
        case "PQ", "REAL", "MO": return try quantity().map { .quantity($0) }
        case "INT":
            guard let value = attribute("value") else { return nil }
            guard let number = Int32(value) else { throw DocumentError(.badNumber, at: place) }
            return .integer(String(number))
        case "BL": return attribute("value").map { .boolean($0 == "true") }
        case "TS": return try time(assumed: assumed).map { .time($0) }
        case "IVL_TS":
            switch try timing(assumed: assumed) {
            case .moment(let moment): return .time(moment)
            case .period(let start, let end): return .period(start: start, end: end)
            case nil: return nil
            }
        case "IVL_PQ": return try range().map { .range(low: $0.low, high: $0.high) }
        case "RTO", "RTO_PQ_PQ":
            let (numerator, denominator) = (try first("numerator")?.quantity(), try first("denominator")?.quantity())
            return numerator == nil && denominator == nil ? nil : .ratio(numerator: numerator, denominator: denominator)
        default:
            return narrative.label(self).map { .text($0) } ?? concept(narrative).map { .concept($0) }
        }
    }

    /// IVL_PQ.
    func range() throws(DocumentError) -> (low: ClinicalQuantity?, high: ClinicalQuantity?)? {
        let (low, high) = (try first("low")?.quantity(), try first("high")?.quantity())
        return low == nil && high == nil ? nil : (low, high)
    }

    /// EN: in parts, or as one text.
    var personName: PersonName? {
        let use = ["L": "official", "C": "official", "P": "nickname", "A": "anonymous"][attribute("use") ?? ""]
        func parts(_ name: String) -> [String] { all(name).compactMap { PlainText.label($0) } }
        let name = PersonName(
            use: use, text: elements.isEmpty ? PlainText.label(self) : nil, family: parts("family").first, given: parts("given"),
            prefix: parts("prefix"), suffix: parts("suffix"))
        return name.isEmpty ? nil : name
    }

    /// TEL: the scheme of its URL is the kind of line.
    var contactPoint: ContactPoint? {
        guard let value = attribute("value"), !value.isEmpty else { return nil }
        let use = ["HP": "home", "H": "home", "HV": "home", "WP": "work", "MC": "mobile"][attribute("use") ?? ""]
        let system = ["tel": "phone", "fax": "fax", "mailto": "email", "http": "url", "https": "url"][
            value.prefix { $0 != ":" }.lowercased()]
        let isURL = system == nil || system == "url"
        let rest = value.drop { $0 != ":" }.dropFirst()
        return ContactPoint(system: system, value: isURL ? value : PlainText.line(String(rest)) ?? value, use: use)
    }

    /// AD.
    var postalAddress: PostalAddress? {
        let use = ["HP": "home", "H": "home", "HV": "home", "WP": "work", "TMP": "temp"][attribute("use") ?? ""]
        func part(_ name: String) -> String? { first(name).flatMap { PlainText.label($0) } }
        let address = PostalAddress(
            use: use, text: elements.isEmpty ? PlainText.label(self) : nil,
            lines: all("streetAddressLine").compactMap { PlainText.label($0) }, city: part("city"), district: part("county"),
            state: part("state"), postalCode: part("postalCode"), country: part("country"))
        return address.isEmpty ? nil : address
    }
}
