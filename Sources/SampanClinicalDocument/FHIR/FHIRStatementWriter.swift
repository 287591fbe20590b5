internal import SampanJSON

/// Writes a statement as the resource of its kind. What the resource has an element for stands there; everything else becomes one of our
/// extensions, so that nothing of the statement is lost.
struct FHIRStatementWriter {
    /// What is still to be written.
    private var rest: ClinicalStatement
    private var builder = FHIRBuilder()
    private var extensions: [JSONValue] = []

    /// `members` are references to the statement's members, in their order.
    static func write(
        _ statement: ClinicalStatement, subject: JSONValue?, members: [String]
    ) throws(DocumentError) -> FHIRBuilder {
        var writer = FHIRStatementWriter(rest: statement)
        try writer.elements(subject)
        writer.memberReferences(statement, members)
        try writer.remaining()
        writer.builder.list("extension", writer.extensions)
        if statement.isNegated {
            var negated = FHIRBuilder()
            negated.set("valueBoolean", .bool(true))
            writer.builder.list("modifierExtension", [negated.asExtension("negated")])
        }
        return writer.builder
    }

    private init(rest: ClinicalStatement) { self.rest = rest }

    private mutating func elements(_ subject: JSONValue?) throws(DocumentError) {
        builder.text("resourceType", rest.kind.rawValue)
        builder.text("id", rest.address.id)
        builder.objects("identifier", rest.identifiers.map(FHIRBuilder.init(identifier:)))
        if ![.diagnosis, .allergy, .other].contains(rest.kind) {
            if let status = rest.status { builder.text("status", status) } else { builder.absent("_status") }
        }
        let name = [.allergy, .immunization, .claim, .familyHistory].contains(rest.kind) ? "patient" : "subject"
        let isRequired = ![.result, .report, .encounter, .attachment, .other].contains(rest.kind)
        if let subject { builder.set(name, subject) } else if isRequired { builder.absent(name) }
        switch rest.kind {
        case .result: try result()
        case .report: report()
        case .diagnosis, .allergy: problem()
        case .prescription, .medication, .immunization: drugUse()
        case .procedure, .order: action()
        case .encounter: encounter()
        case .imagingStudy: imaging()
        case .claim: claim()
        case .attachment: attachment()
        case .familyHistory: familyHistory()
        case .other: code("code", isRequired: true)
        }
    }

    // MARK: Parts that kinds share

    private mutating func code(_ name: String, isRequired: Bool = false, isList: Bool = false) {
        if let code = rest.code {
            if isList { builder.concepts(name, [code]) } else { builder.concept(name, code) }
        } else if isRequired {
            builder.absent(name)
        }
        rest.code = nil
    }

    private mutating func categories() {
        builder.concepts("category", rest.categories)
        rest.categories = []
    }

    /// Where the standard allows one only.
    private mutating func oneCategory() {
        guard rest.categories.count == 1 else { return }
        builder.concept("category", rest.categories[0])
        rest.categories = []
    }

    private mutating func timing(_ moment: String, _ period: String) {
        builder.timing(moment, period, rest.timing)
        rest.timing = nil
    }

    private mutating func issued(_ name: String) {
        builder.time(name, rest.issued)
        rest.issued = nil
    }

    /// An instant: FHIR takes a whole moment only.
    private mutating func issuedInstant(_ name: String) {
        guard let issued = rest.issued, issued.isExactInFHIR, issued.hour != nil else { return }
        builder.text(name, issued.fhirText)
        rest.issued = nil
    }

    private mutating func note() {
        if let text = rest.text {
            var note = FHIRBuilder()
            note.text("text", text)
            builder.objects("note", [note])
        }
        rest.text = nil
    }

    private mutating func bodySite(isList: Bool) {
        if let site = rest.bodySite { if isList { builder.concepts("bodySite", [site]) } else { builder.concept("bodySite", site) } }
        rest.bodySite = nil
    }

    // MARK: Kinds

    private mutating func result() throws(DocumentError) {
        categories()
        code("code", isRequired: true)
        timing("effectiveDateTime", "effectivePeriod")
        issuedInstant("issued")
        try builder.value(rest.value)
        builder.concepts("interpretation", rest.interpretation)
        note()
        bodySite(isList: false)
        builder.objects("referenceRange", rest.ranges.map(FHIRBuilder.init(range:)))
        var components: [FHIRBuilder] = []
        for component in rest.components { components.append(try FHIRBuilder(component: component)) }
        builder.objects("component", components)
        (rest.value, rest.interpretation, rest.ranges, rest.components) = (nil, [], [], [])
    }

    private mutating func report() {
        categories()
        code("code", isRequired: true)
        timing("effectiveDateTime", "effectivePeriod")
        issuedInstant("issued")
        builder.text("conclusion", rest.text)
        builder.objects("presentedForm", rest.attachments.map(FHIRBuilder.init(attachment:)))
        (rest.text, rest.attachments) = (nil, [])
    }

    private mutating func problem() {
        builder.concept("clinicalStatus", rest.clinicalStatus)
        builder.concept("verificationStatus", rest.verification)
        (rest.clinicalStatus, rest.verification) = (nil, nil)
        code("code")
        issued("recordedDate")
        note()
        guard rest.kind == .diagnosis else {
            timing("onsetDateTime", "onsetPeriod")
            if rest.components.allSatisfy({ $0.code != nil && $0.value == nil && $0.interpretation.isEmpty }) {
                builder.objects(
                    "reaction",
                    rest.components.map { component in
                        var reaction = FHIRBuilder()
                        reaction.concepts("manifestation", [component.code].compactMap { $0 })
                        return reaction
                    })
                rest.components = []
            }
            return
        }
        categories()
        bodySite(isList: true)
        switch rest.timing {
        case .moment(let start): builder.time("onsetDateTime", start)
        case .period(let start, let end?):
            builder.time("onsetDateTime", start)
            builder.time("abatementDateTime", end)
        case .period(let start, nil): builder.object("onsetPeriod", FHIRBuilder(start: start, end: nil))
        case nil: break
        }
        rest.timing = nil
    }

    private mutating func drugUse() {
        switch rest.kind {
        case .prescription:
            intent("intent")
            categories()
            code("medicationCodeableConcept", isRequired: true)
            issued("authoredOn")
            note()
            builder.objects("dosageInstruction", rest.dosages.map(FHIRBuilder.init(dosage:)))
            rest.dosages = []
        case .medication:
            oneCategory()
            code("medicationCodeableConcept", isRequired: true)
            timing("effectiveDateTime", "effectivePeriod")
            issued("dateAsserted")
            note()
            builder.objects("dosage", rest.dosages.map(FHIRBuilder.init(dosage:)))
            rest.dosages = []
        default: immunization()
        }
    }

    private mutating func immunization() {
        code("vaccineCode", isRequired: true)
        if case .moment(let moment) = rest.timing {
            builder.time("occurrenceDateTime", moment)
            rest.timing = nil
        } else {
            builder.absent("_occurrenceDateTime")
        }
        issued("recorded")
        builder.concept("site", rest.bodySite)
        rest.bodySite = nil
        if rest.dosages.count == 1, rest.dosages[0].text == nil {
            builder.concept("route", rest.dosages[0].route)
            builder.quantity("doseQuantity", rest.dosages[0].dose)
            rest.dosages = []
        }
        note()
    }

    private mutating func intent(_ name: String) {
        if let intent = rest.intent { builder.text(name, intent) } else { builder.absent("_\(name)") }
        rest.intent = nil
    }

    private mutating func action() {
        code("code")
        if rest.kind == .procedure {
            oneCategory()
            timing("performedDateTime", "performedPeriod")
        } else {
            intent("intent")
            categories()
            timing("occurrenceDateTime", "occurrencePeriod")
            issued("authoredOn")
        }
        bodySite(isList: true)
        note()
    }

    private mutating func encounter() {
        if let first = rest.categories.first, first.text == nil, first.codings.count == 1 {
            builder.object("class", FHIRBuilder(coding: first.codings[0]))
            rest.categories.removeFirst()
        } else {
            builder.absent("class")
        }
        code("type", isList: true)
        if case .period(let start, let end) = rest.timing {
            builder.object("period", FHIRBuilder(start: start, end: end))
            rest.timing = nil
        }
    }

    private mutating func imaging() {
        code("procedureCode", isList: true)
        if case .moment(let started) = rest.timing {
            builder.time("started", started)
            rest.timing = nil
        }
        builder.text("description", rest.text)
        rest.text = nil
        guard let detail = rest.imaging else { return }
        builder.objects("modality", detail.modalities.map(FHIRBuilder.init(coding:)))
        builder.number("numberOfSeries", detail.numberOfSeries)
        builder.number("numberOfInstances", detail.numberOfInstances)
        builder.objects("series", detail.series.map(Self.series))
    }

    private static func series(_ series: ClinicalStatement.ImagingDetail.Series) -> FHIRBuilder {
        var builder = FHIRBuilder()
        builder.text("uid", series.uid)
        builder.number("number", series.number)
        if let modality = series.modality { builder.object("modality", FHIRBuilder(coding: modality)) } else { builder.absent("modality") }
        builder.text("description", series.text)
        builder.object("bodySite", series.bodySite.map(FHIRBuilder.init(coding:)))
        builder.objects(
            "instance",
            series.instances.map { instance in
                var builder = FHIRBuilder()
                builder.text("uid", instance.uid)
                if let type = instance.sopClass {
                    builder.object("sopClass", FHIRBuilder(coding: type))
                } else {
                    builder.absent("sopClass")
                }
                builder.number("number", instance.number)
                return builder
            })
        return builder
    }

    private mutating func claim() {
        code("type", isRequired: true)
        intent("use")
        if let created = rest.issued { builder.time("created", created) } else { builder.absent("_created") }
        rest.issued = nil
        if case .period(let start, let end) = rest.timing {
            builder.object("billablePeriod", FHIRBuilder(start: start, end: end))
            rest.timing = nil
        }
        // Who provided and who insures is not in the neutral model; the standard wants the elements.
        builder.absent("provider")
        builder.absent("priority")
        var insurance = FHIRBuilder()
        insurance.number("sequence", 1)
        insurance.set("focal", .bool(true))
        insurance.absent("coverage")
        builder.objects("insurance", [insurance])
        builder.objects("item", rest.items.map(Self.item))
        builder.money("total", rest.total)
    }

    private static func item(_ item: ClinicalStatement.FeeItem) -> FHIRBuilder {
        var builder = FHIRBuilder()
        builder.number("sequence", item.sequence)
        if let code = item.code { builder.concept("productOrService", code) } else { builder.absent("productOrService") }
        builder.quantity("quantity", item.quantity)
        builder.money("unitPrice", item.unitPrice)
        builder.money("net", item.net)
        return builder
    }

    private mutating func attachment() {
        code("type")
        categories()
        issuedInstant("date")
        builder.text("description", rest.text)
        rest.text = nil
        let contents = rest.attachments.map { attachment in
            var content = FHIRBuilder()
            content.object("attachment", FHIRBuilder(attachment: attachment))
            return content
        }
        if contents.isEmpty {
            var content = FHIRBuilder()
            content.absent("attachment")
            builder.objects("content", [content])
        } else {
            builder.objects("content", contents)
        }
        rest.attachments = []
    }

    private mutating func familyHistory() {
        code("relationship", isRequired: true)
        issued("date")
        note()
        guard rest.components.allSatisfy({ $0.value == nil && $0.interpretation.isEmpty }) else { return }
        builder.objects(
            "condition",
            rest.components.map { component in
                var condition = FHIRBuilder()
                if let code = component.code { condition.concept("code", code) } else { condition.absent("code") }
                return condition
            })
        rest.components = []
    }

    // MARK: The rest

    private mutating func memberReferences(_ statement: ClinicalStatement, _ members: [String]) {
        let native = ["result", "hasMember"][statement.kind == .report ? 0 : 1]
        let hasNative = statement.kind == .report || statement.kind == .result
        let isNative = hasNative && statement.members.allSatisfy { $0.kind == .result }
        let natives = (isNative ? members : []) + (hasNative ? statement.references : [])
        builder.objects(native, natives.map(FHIRBuilder.init(reference:)))
        for reference in (isNative ? [] : members) + (hasNative ? [] : statement.references) {
            var holder = FHIRBuilder()
            holder.object("valueReference", FHIRBuilder(reference: reference))
            extensions.append(holder.asExtension("member"))
        }
    }

    private mutating func remaining() throws(DocumentError) {
        let rest = rest
        func concepts(_ name: String, _ list: [CodedConcept]) -> [JSONValue] {
            list.filter { !$0.isEmpty }.map { concept in
                var holder = FHIRBuilder()
                holder.concept("valueCodeableConcept", concept)
                return holder.asExtension(name)
            }
        }
        extensions += concepts("code", [rest.code].compactMap { $0 }) + concepts("category", rest.categories)
        extensions += concepts("clinical-status", [rest.clinicalStatus].compactMap { $0 })
        extensions += concepts("verification", [rest.verification].compactMap { $0 })
        extensions += concepts("interpretation", rest.interpretation) + concepts("body-site", [rest.bodySite].compactMap { $0 })
        try single("value") { builder throws(DocumentError) in try builder.value(rest.value) }
        try single("timing") { builder throws(DocumentError) in builder.timing("valueDateTime", "valuePeriod", rest.timing) }
        try single("issued") { builder throws(DocumentError) in builder.time("valueDateTime", rest.issued) }
        try single("text") { builder throws(DocumentError) in builder.text("valueString", rest.text) }
        if rest.kind != .claim { try single("intent") { builder throws(DocumentError) in builder.text("valueCode", rest.intent) } }
        for dosage in rest.dosages {
            try single("dosage") { builder throws(DocumentError) in builder.object("valueDosage", FHIRBuilder(dosage: dosage)) }
        }
        for attachment in rest.attachments {
            try single("attachment") { builder throws(DocumentError) in
                builder.object("valueAttachment", FHIRBuilder(attachment: attachment))
            }
        }
        for range in rest.ranges { extensions.append(Self.range(range)) }
        for component in rest.components { extensions.append(try Self.component(component, concepts)) }
    }

    private mutating func single(_ name: String, _ fill: (inout FHIRBuilder) throws(DocumentError) -> Void) throws(DocumentError) {
        var holder = FHIRBuilder()
        try fill(&holder)
        if !holder.isEmpty { extensions.append(holder.asExtension(name)) }
    }

    private static func range(_ range: ClinicalStatement.ReferenceRange) -> JSONValue {
        var parts: [JSONValue] = []
        for (name, quantity) in [("low", range.low), ("high", range.high)] {
            guard let quantity else { continue }
            var part = FHIRBuilder()
            part.quantity("valueQuantity", quantity)
            parts.append(part.asExtension(name))
        }
        if let text = range.text {
            var part = FHIRBuilder()
            part.text("valueString", text)
            parts.append(part.asExtension("text"))
        }
        var holder = FHIRBuilder()
        holder.list("extension", parts)
        return holder.asExtension("range")
    }

    private static func component(
        _ component: ClinicalStatement.Component, _ concepts: (String, [CodedConcept]) -> [JSONValue]
    ) throws(DocumentError) -> JSONValue {
        var parts = concepts("code", [component.code].compactMap { $0 })
        var value = FHIRBuilder()
        try value.value(component.value)
        if !value.isEmpty { parts.append(value.asExtension("value")) }
        parts += concepts("interpretation", component.interpretation)
        var holder = FHIRBuilder()
        holder.list("extension", parts)
        return holder.asExtension("component")
    }
}
