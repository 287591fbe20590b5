internal import SampanJSON

/// An element or a resource that is being written. What is nil or empty is left out: FHIR has no empty elements.
struct FHIRBuilder {
    private(set) var members: [JSONValue.Member] = []

    var isEmpty: Bool { members.isEmpty }
    var value: JSONValue { .object(members) }

    static func string(_ text: String) -> JSONValue { .string(Array(text.utf8)) }

    mutating func set(_ name: String, _ value: JSONValue?) {
        if let value { members.append(JSONValue.Member(name: Array(name.utf8), value: value)) }
    }

    mutating func text(_ name: String, _ text: String?) {
        if let text, !text.isEmpty { set(name, Self.string(text)) }
    }

    /// A URI has no blanks.
    mutating func uri(_ name: String, _ text: String?) {
        self.text(
            name, text.map { $0.contains(where: \.isWhitespace) ? $0.split(whereSeparator: \.isWhitespace).joined(separator: "%20") : $0 })
    }

    mutating func texts(_ name: String, _ texts: [String]) { list(name, texts.filter { !$0.isEmpty }.map(Self.string)) }
    mutating func number(_ name: String, _ number: Int?) { set(name, number.map { .number(Array(String($0).utf8)) }) }

    mutating func list(_ name: String, _ values: [JSONValue]) {
        if !values.isEmpty { set(name, .array(values)) }
    }

    mutating func object(_ name: String, _ builder: FHIRBuilder?) {
        if let builder, !builder.isEmpty { set(name, builder.value) }
    }

    mutating func objects(_ name: String, _ builders: [FHIRBuilder]) { list(name, builders.filter { !$0.isEmpty }.map(\.value)) }

    mutating func concept(_ name: String, _ concept: CodedConcept?) { object(name, concept.map(FHIRBuilder.init(concept:))) }
    mutating func concepts(_ name: String, _ concepts: [CodedConcept]) { objects(name, concepts.map(FHIRBuilder.init(concept:))) }
    mutating func quantity(_ name: String, _ quantity: ClinicalQuantity?) { object(name, quantity.map(FHIRBuilder.init(quantity:))) }

    mutating func money(_ name: String, _ money: ClinicalStatement.Money?) {
        guard let money else { return }
        var builder = FHIRBuilder()
        builder.set("value", .number(Array(money.value.utf8)))
        builder.text("currency", money.currency)
        object(name, builder)
    }

    /// A date or dateTime. Where FHIR's form cannot say it exactly, an extension has the exact form.
    mutating func time(_ name: String, _ time: ClinicalTime?, isDate: Bool = false) {
        guard let time else { return }
        text(name, isDate ? time.fhirDate : time.fhirText)
        guard isDate ? time.hour != nil : !time.isExactInFHIR else { return }
        var exact = FHIRBuilder()
        exact.text("valueString", time.hl7Text)
        var companion = FHIRBuilder()
        companion.list("extension", [exact.asExtension("local-time")])
        object("_\(name)", companion)
    }

    mutating func timing(_ moment: String, _ period: String, _ timing: ClinicalTiming?) {
        switch timing {
        case .moment(let time): self.time(moment, time)
        case .period(let start, let end): object(period, FHIRBuilder(start: start, end: end))
        case nil: break
        }
    }

    /// A required element whose value the document does not tell (extension data-absent-reason).
    mutating func absent(_ name: String) { set(name, Self.unknown) }

    static let unknown: JSONValue = {
        var reason = FHIRBuilder()
        reason.text("url", "http://hl7.org/fhir/StructureDefinition/data-absent-reason")
        reason.text("valueCode", "unknown")
        var holder = FHIRBuilder()
        holder.list("extension", [reason.value])
        return holder.value
    }()

    /// This as one of our extensions.
    func asExtension(_ name: String) -> JSONValue {
        var builder = FHIRBuilder()
        builder.text("url", FHIRObject.extensionBase + name)
        builder.members += members
        return builder.value
    }
}
