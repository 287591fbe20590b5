internal import SampanJSON

/// Data types of FHIR as values of the neutral model.
extension FHIRObject {
    /// Our own extensions: what a resource of R4 has no element for.
    static let extensionBase = "urn:sampan:fhir:"

    var coding: Coding? {
        let coding = Coding(system: text("system"), version: text("version"), code: text("code"), display: text("display"))
        return coding == Coding() ? nil : coding
    }

    var concept: CodedConcept? {
        let concept = CodedConcept(codings: objects("coding").compactMap(\.coding), text: text("text"))
        return concept.isEmpty ? nil : concept
    }

    func concept(_ name: StaticString) -> CodedConcept? { object(name)?.concept }
    func concepts(_ name: StaticString) -> [CodedConcept] { objects(name).compactMap(\.concept) }

    var identifier: ClinicalIdentifier? {
        let identifier = ClinicalIdentifier(
            system: text("system"), value: text("value"), type: concept("type"), use: text("use"),
            assigner: object("assigner")?.text("display"))
        return identifier == ClinicalIdentifier() ? nil : identifier
    }

    var identifiers: [ClinicalIdentifier] { objects("identifier").compactMap(\.identifier) }

    var personName: PersonName? {
        let name = PersonName(
            use: text("use"), text: text("text"), family: text("family"), given: texts("given"), prefix: texts("prefix"),
            suffix: texts("suffix"))
        return name.isEmpty ? nil : name
    }

    var contactPoint: ContactPoint? {
        let point = ContactPoint(system: text("system"), value: text("value"), use: text("use"))
        return point == ContactPoint() ? nil : point
    }

    var postalAddress: PostalAddress? {
        let address = PostalAddress(
            use: text("use"), text: text("text"), lines: texts("line"), city: text("city"), district: text("district"),
            state: text("state"), postalCode: text("postalCode"), country: text("country"))
        return address.isEmpty ? nil : address
    }

    var quantity: ClinicalQuantity? {
        let quantity = try? ClinicalQuantity(
            value: number("value"), comparator: text("comparator"), unit: text("unit"), system: text("system"), code: text("code"))
        return quantity?.isEmpty == false ? quantity : nil
    }

    func quantity(_ name: StaticString) -> ClinicalQuantity? { object(name)?.quantity }

    func money(_ name: StaticString) -> ClinicalStatement.Money? {
        guard let money = object(name), let value = money.number("value") else { return nil }
        return try? ClinicalStatement.Money(value: value, currency: money.text("currency"))
    }

    var attachment: ClinicalStatement.Attachment? {
        let attachment = ClinicalStatement.Attachment(
            contentType: text("contentType"), url: text("url"), data: text("data"), title: text("title"), created: time("creation"))
        return attachment == ClinicalStatement.Attachment() ? nil : attachment
    }

    /// A date, dateTime or instant; where its exact form had no place in FHIR, the extension beside it has it.
    func time(_ name: StaticString) -> ClinicalTime? {
        let companion = FHIRObject(self[named: "_\(name)"])
        let written = text(name)
        // The exact form is taken where the element says the same, less exactly.
        if let exact = companion?.ownExtension("local-time")?.text("valueString").flatMap({ try? ClinicalTime(hl7: $0) }),
            written == exact.fhirText || written == exact.fhirDate
        {
            return exact
        }
        return written.flatMap { try? ClinicalTime(fhir: $0) }
    }

    var period: (start: ClinicalTime?, end: ClinicalTime?)? {
        let (start, end) = (time("start"), time("end"))
        return start == nil && end == nil ? nil : (start, end)
    }

    /// `NAMEDateTime` or `NAMEPeriod`.
    func timing(_ moment: StaticString, _ period: StaticString) -> ClinicalTiming? {
        if let moment = time(moment) { return .moment(moment) }
        guard let period = object(period)?.period else { return nil }
        return .period(start: period.start, end: period.end)
    }

    /// `value[x]`.
    var value: ClinicalValue? {
        for member in members {
            let name = String(decoding: member.name, as: UTF8.self)
            guard name.hasPrefix("value"), name.utf8.count > 5 else { continue }
            let part = FHIRObject(member.value)
            switch name.dropFirst(5) {
            case "Quantity": return part?.quantity.map { .quantity($0) }
            case "CodeableConcept": return part?.concept.map { .concept($0) }
            case "String": return member.value.textValue.map { .text($0) }
            case "Integer": return number("valueInteger").map { .integer($0) }
            case "Boolean": return boolean("valueBoolean").map { .boolean($0) }
            case "DateTime": return time("valueDateTime").map { .time($0) }
            case "Period": return part?.period.map { .period(start: $0.start, end: $0.end) }
            case "Range":
                let (low, high) = (part?.quantity("low"), part?.quantity("high"))
                return low == nil && high == nil ? nil : .range(low: low, high: high)
            case "Ratio":
                let (numerator, denominator) = (part?.quantity("numerator"), part?.quantity("denominator"))
                return numerator == nil && denominator == nil ? nil : .ratio(numerator: numerator, denominator: denominator)
            case "SampledData", "Time":
                return (try? member.value.text()).map { .opaque(type: String(name.dropFirst(5)), json: $0) }
            default: continue
            }
        }
        return nil
    }

    var dosage: ClinicalStatement.Dosage? {
        let dose = objects("doseAndRate").lazy.compactMap { $0.quantity("doseQuantity") }.first
        let dosage = ClinicalStatement.Dosage(text: text("text"), route: concept("route"), dose: dose)
        return dosage == ClinicalStatement.Dosage() ? nil : dosage
    }

    var referenceRange: ClinicalStatement.ReferenceRange? {
        let range = ClinicalStatement.ReferenceRange(low: quantity("low"), high: quantity("high"), text: text("text"))
        return range == ClinicalStatement.ReferenceRange() ? nil : range
    }

    var component: ClinicalStatement.Component {
        ClinicalStatement.Component(code: concept("code"), value: value, interpretation: concepts("interpretation"))
    }

    // MARK: Extensions

    func ownExtension(_ name: String) -> FHIRObject? { ownExtensions(name).first }

    func ownExtensions(_ name: String) -> [FHIRObject] {
        objects("extension").filter { $0.text("url") == Self.extensionBase + name }
    }

    var ownModifiers: [FHIRObject] { objects("modifierExtension") }
}
