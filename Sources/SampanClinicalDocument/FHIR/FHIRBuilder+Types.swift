internal import SampanJSON

/// Values of the neutral model as data types of FHIR.
extension FHIRBuilder {
    init(coding: Coding) {
        self.init()
        uri("system", coding.system)
        text("version", coding.version)
        text("code", coding.code)
        text("display", coding.display)
    }

    init(concept: CodedConcept) {
        self.init()
        objects("coding", concept.codings.map(FHIRBuilder.init(coding:)))
        text("text", concept.text)
    }

    init(identifier: ClinicalIdentifier) {
        self.init()
        text("use", identifier.use)
        concept("type", identifier.type)
        uri("system", identifier.system)
        text("value", identifier.value)
        if let assigner = identifier.assigner {
            var reference = FHIRBuilder()
            reference.text("display", assigner)
            object("assigner", reference)
        }
    }

    init(name: PersonName) {
        self.init()
        text("use", name.use)
        text("text", name.text)
        text("family", name.family)
        texts("given", name.given)
        texts("prefix", name.prefix)
        texts("suffix", name.suffix)
    }

    init(contactPoint: ContactPoint) {
        self.init()
        text("system", contactPoint.system)
        text("value", contactPoint.value)
        text("use", contactPoint.use)
    }

    init(address: PostalAddress) {
        self.init()
        text("use", address.use)
        text("text", address.text)
        texts("line", address.lines)
        text("city", address.city)
        text("district", address.district)
        text("state", address.state)
        text("postalCode", address.postalCode)
        text("country", address.country)
    }

    init(quantity: ClinicalQuantity) {
        self.init()
        set("value", quantity.value.map { .number(Array($0.utf8)) })
        text("comparator", quantity.comparator)
        text("unit", quantity.unit)
        uri("system", quantity.system)
        text("code", quantity.code)
    }

    init(start: ClinicalTime?, end: ClinicalTime?) {
        self.init()
        time("start", start)
        time("end", end)
    }

    init(reference: String) {
        self.init()
        text("reference", reference)
    }

    init(attachment: ClinicalStatement.Attachment) {
        self.init()
        text("contentType", attachment.contentType)
        text("data", attachment.data)
        uri("url", attachment.url)
        text("title", attachment.title)
        time("creation", attachment.created)
    }

    init(dosage: ClinicalStatement.Dosage) {
        self.init()
        text("text", dosage.text)
        concept("route", dosage.route)
        if let dose = dosage.dose {
            var rate = FHIRBuilder()
            rate.quantity("doseQuantity", dose)
            objects("doseAndRate", [rate])
        }
    }

    init(range: ClinicalStatement.ReferenceRange) {
        self.init()
        quantity("low", range.low)
        quantity("high", range.high)
        text("text", range.text)
    }

    init(component: ClinicalStatement.Component) throws(DocumentError) {
        self.init()
        if let code = component.code { concept("code", code) } else { absent("code") }
        try value(component.value)
        concepts("interpretation", component.interpretation)
    }

    /// `value[x]`.
    mutating func value(_ value: ClinicalValue?) throws(DocumentError) {
        switch value {
        case .quantity(let quantity): self.quantity("valueQuantity", quantity)
        case .concept(let concept): self.concept("valueCodeableConcept", concept)
        case .text(let text): self.text("valueString", text)
        case .integer(let digits): set("valueInteger", .number(Array(digits.utf8)))
        case .boolean(let flag): set("valueBoolean", .bool(flag))
        case .time(let time): self.time("valueDateTime", time)
        case .period(let start, let end): object("valuePeriod", FHIRBuilder(start: start, end: end))
        case .range(let low, let high):
            var range = FHIRBuilder()
            range.quantity("low", low)
            range.quantity("high", high)
            object("valueRange", range)
        case .ratio(let numerator, let denominator):
            var ratio = FHIRBuilder()
            ratio.quantity("numerator", numerator)
            ratio.quantity("denominator", denominator)
            object("valueRatio", ratio)
        case .opaque(let type, let json):
            do throws(JSONError) { set("value\(type)", try JSONValue(text: json, limits: FHIRLimits.default.json)) } catch {
                throw DocumentError(.json(error))
            }
        case nil: break
        }
    }
}
