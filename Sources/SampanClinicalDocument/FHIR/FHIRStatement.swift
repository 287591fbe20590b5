internal import SampanJSON

/// Reads resources that are statements. What its type has no element for stands in our own extensions, as `FHIRWriter` puts it there.
enum FHIRStatement {
    static func read(
        _ entry: FHIRBundle.Entry, in bundle: FHIRBundle, at index: Int, document: inout ClinicalDocument
    ) -> ClinicalStatement? {
        guard let kind = StatementKind(rawValue: entry.type) else { return nil }
        var statement = ClinicalStatement(kind: kind)
        statement.address = entry.address
        let resource = entry.resource
        statement.identifiers = resource.identifiers
        statement.status = resource.text("status")
        statement.isNegated = resource.ownModifiers.contains { $0.boolean("valueBoolean") == true }
        extensions(resource, &statement)
        elements(resource, &statement)
        if kind == .prescription || kind == .medication { drug(resource, in: bundle, at: index, &statement) }
        var read = elementNames(kind)
        read.formUnion([
            "resourceType", "id", "meta", "identifier", "status", "extension", "modifierExtension", "contained", "subject", "patient",
        ])
        for member in resource.members where member.name.first != UInt8(ascii: "_") {
            let name = String(decoding: member.name, as: UTF8.self)
            if !read.contains(name), FHIRShape.resource(entry.type)?.elements[member.name] != nil {
                document.note("left aside: \(entry.type).\(name)")
            }
        }
        return statement
    }

    private static func drug(_ resource: FHIRObject, in bundle: FHIRBundle, at index: Int, _ statement: inout ClinicalStatement) {
        if let code = resource.concept("medicationCodeableConcept") { statement.code = code }
        guard let reference = resource.object("medicationReference"), let target = reference.text("reference") else { return }
        let contained = resource.objects("contained").first { target == "#\($0.text("id") ?? "")" }
        let medication = contained ?? bundle.resolve(target, from: index).map { bundle.entries[$0].resource }
        statement.code = medication?.concept("code") ?? reference.text("display").map { CodedConcept(text: $0) }
    }

    // MARK: Elements by kind

    private static let common: Set<String> = ["category", "code", "note"]

    private static func elementNames(_ kind: StatementKind) -> Set<String> {
        switch kind {
        case .result:
            common.union([
                "effectiveDateTime", "effectivePeriod", "issued", "interpretation", "bodySite", "referenceRange", "component", "hasMember",
                "valueQuantity", "valueCodeableConcept", "valueString", "valueInteger", "valueBoolean", "valueDateTime", "valuePeriod",
                "valueRange", "valueRatio", "valueSampledData", "valueTime",
            ])
        case .report: ["category", "code", "effectiveDateTime", "effectivePeriod", "issued", "conclusion", "result", "presentedForm"]
        case .diagnosis:
            common.union([
                "clinicalStatus", "verificationStatus", "onsetDateTime", "onsetPeriod", "abatementDateTime", "recordedDate", "bodySite",
            ])
        case .allergy:
            ["code", "note", "clinicalStatus", "verificationStatus", "onsetDateTime", "onsetPeriod", "recordedDate", "reaction"]
        case .prescription:
            common.union(["intent", "medicationCodeableConcept", "medicationReference", "authoredOn", "dosageInstruction"])
        case .medication:
            common.union([
                "medicationCodeableConcept", "medicationReference", "effectiveDateTime", "effectivePeriod", "dateAsserted", "dosage",
            ])
        case .immunization: ["vaccineCode", "occurrenceDateTime", "recorded", "site", "route", "doseQuantity", "note"]
        case .procedure: common.union(["performedDateTime", "performedPeriod", "bodySite"])
        case .order: common.union(["intent", "occurrenceDateTime", "occurrencePeriod", "authoredOn", "bodySite"])
        case .encounter: ["class", "type", "period"]
        case .imagingStudy: ["modality", "started", "numberOfSeries", "numberOfInstances", "procedureCode", "description", "series"]
        case .claim: ["type", "use", "created", "billablePeriod", "item", "total"]
        case .attachment: ["type", "category", "date", "description", "content"]
        case .familyHistory: ["relationship", "date", "condition", "note"]
        case .other: ["code"]
        }
    }

    private static func elements(_ resource: FHIRObject, _ statement: inout ClinicalStatement) {
        if let code = resource.concept("code") { statement.code = code }
        let notes = resource.objects("note").compactMap { $0.text("text") }
        if !notes.isEmpty { statement.text = notes.joined(separator: "\n") }
        switch statement.kind {
        case .result: result(resource, &statement)
        case .report: report(resource, &statement)
        case .diagnosis, .allergy: problem(resource, &statement)
        case .prescription, .medication, .immunization: drugUse(resource, &statement)
        case .procedure, .order: action(resource, &statement)
        case .encounter: encounter(resource, &statement)
        case .imagingStudy: imaging(resource, &statement)
        case .claim: claim(resource, &statement)
        case .attachment: attachment(resource, &statement)
        case .familyHistory:
            statement.code = resource.concept("relationship")
            statement.issued = resource.time("date") ?? statement.issued
            let conditions = resource.objects("condition").map { ClinicalStatement.Component(code: $0.concept("code")) }
            statement.components = conditions + statement.components
        case .other: break
        }
    }

    private static func result(_ resource: FHIRObject, _ statement: inout ClinicalStatement) {
        statement.categories = resource.concepts("category") + statement.categories
        statement.timing = resource.timing("effectiveDateTime", "effectivePeriod") ?? statement.timing
        statement.issued = resource.time("issued") ?? statement.issued
        statement.value = resource.value ?? statement.value
        statement.interpretation = resource.concepts("interpretation")
        statement.bodySite = resource.concept("bodySite") ?? statement.bodySite
        statement.ranges = resource.objects("referenceRange").compactMap(\.referenceRange)
        statement.components = resource.objects("component").map(\.component)
    }

    private static func report(_ resource: FHIRObject, _ statement: inout ClinicalStatement) {
        statement.categories = resource.concepts("category") + statement.categories
        statement.timing = resource.timing("effectiveDateTime", "effectivePeriod") ?? statement.timing
        statement.issued = resource.time("issued") ?? statement.issued
        statement.text = resource.text("conclusion") ?? statement.text
        statement.attachments = resource.objects("presentedForm").compactMap(\.attachment)
    }

    private static func problem(_ resource: FHIRObject, _ statement: inout ClinicalStatement) {
        statement.clinicalStatus = resource.concept("clinicalStatus")
        statement.verification = resource.concept("verificationStatus")
        statement.issued = resource.time("recordedDate") ?? statement.issued
        if statement.kind == .allergy {
            statement.timing = resource.timing("onsetDateTime", "onsetPeriod") ?? statement.timing
            let reactions = resource.objects("reaction").flatMap { $0.concepts("manifestation") }
            statement.components = reactions.map { ClinicalStatement.Component(code: $0) } + statement.components
            return
        }
        statement.categories = resource.concepts("category") + statement.categories
        statement.bodySite = resource.concepts("bodySite").first ?? statement.bodySite
        let end = resource.time("abatementDateTime")
        switch (resource.timing("onsetDateTime", "onsetPeriod"), end) {
        case (.moment(let start), let end?): statement.timing = .period(start: start, end: end)
        case (nil, let end?): statement.timing = .period(start: nil, end: end)
        case (let onset?, _): statement.timing = onset
        case (nil, nil): break
        }
    }

    private static func drugUse(_ resource: FHIRObject, _ statement: inout ClinicalStatement) {
        switch statement.kind {
        case .prescription:
            statement.intent = resource.text("intent")
            statement.categories = resource.concepts("category") + statement.categories
            statement.issued = resource.time("authoredOn") ?? statement.issued
            statement.dosages = resource.objects("dosageInstruction").compactMap(\.dosage) + statement.dosages
        case .medication:
            statement.categories = [resource.concept("category")].compactMap { $0 } + statement.categories
            statement.timing = resource.timing("effectiveDateTime", "effectivePeriod") ?? statement.timing
            statement.issued = resource.time("dateAsserted") ?? statement.issued
            statement.dosages = resource.objects("dosage").compactMap(\.dosage) + statement.dosages
        default:
            statement.code = resource.concept("vaccineCode")
            if let moment = resource.time("occurrenceDateTime") { statement.timing = .moment(moment) }
            statement.issued = resource.time("recorded") ?? statement.issued
            statement.bodySite = resource.concept("site") ?? statement.bodySite
            let dosage = ClinicalStatement.Dosage(route: resource.concept("route"), dose: resource.quantity("doseQuantity"))
            if dosage != ClinicalStatement.Dosage() { statement.dosages.insert(dosage, at: 0) }
        }
    }

    private static func action(_ resource: FHIRObject, _ statement: inout ClinicalStatement) {
        statement.bodySite = resource.concepts("bodySite").first ?? statement.bodySite
        if statement.kind == .procedure {
            statement.categories = [resource.concept("category")].compactMap { $0 } + statement.categories
            statement.timing = resource.timing("performedDateTime", "performedPeriod") ?? statement.timing
        } else {
            statement.intent = resource.text("intent")
            statement.categories = resource.concepts("category") + statement.categories
            statement.timing = resource.timing("occurrenceDateTime", "occurrencePeriod") ?? statement.timing
            statement.issued = resource.time("authoredOn") ?? statement.issued
        }
    }

    private static func encounter(_ resource: FHIRObject, _ statement: inout ClinicalStatement) {
        if let coding = resource.object("class")?.coding { statement.categories.insert(CodedConcept(codings: [coding]), at: 0) }
        statement.code = resource.concepts("type").first
        if let period = resource.object("period")?.period { statement.timing = .period(start: period.start, end: period.end) }
    }

    private static func imaging(_ resource: FHIRObject, _ statement: inout ClinicalStatement) {
        statement.code = resource.concepts("procedureCode").first
        if let started = resource.time("started") { statement.timing = .moment(started) }
        statement.text = resource.text("description") ?? statement.text
        let series = resource.objects("series").compactMap { object in
            object.text("uid").map { uid in
                ClinicalStatement.ImagingDetail.Series(
                    uid: uid, number: object.integer("number"), modality: object.object("modality")?.coding,
                    bodySite: object.object("bodySite")?.coding, text: object.text("description"),
                    instances: object.objects("instance").compactMap { instance in
                        instance.text("uid").map {
                            ClinicalStatement.ImagingDetail.Instance(
                                uid: $0, sopClass: instance.object("sopClass")?.coding, number: instance.integer("number"))
                        }
                    })
            }
        }
        statement.imaging = ClinicalStatement.ImagingDetail(
            modalities: resource.objects("modality").compactMap(\.coding), numberOfSeries: resource.integer("numberOfSeries"),
            numberOfInstances: resource.integer("numberOfInstances"), series: series)
    }

    private static func claim(_ resource: FHIRObject, _ statement: inout ClinicalStatement) {
        statement.code = resource.concept("type")
        statement.intent = resource.text("use")
        statement.issued = resource.time("created")
        if let period = resource.object("billablePeriod")?.period { statement.timing = .period(start: period.start, end: period.end) }
        statement.total = resource.money("total")
        statement.items = resource.objects("item").compactMap { item in
            item.integer("sequence").map {
                ClinicalStatement.FeeItem(
                    sequence: $0, code: item.concept("productOrService"), quantity: item.quantity("quantity"),
                    unitPrice: item.money("unitPrice"), net: item.money("net"))
            }
        }
    }

    private static func attachment(_ resource: FHIRObject, _ statement: inout ClinicalStatement) {
        statement.code = resource.concept("type")
        statement.categories = resource.concepts("category") + statement.categories
        statement.issued = resource.time("date") ?? statement.issued
        statement.text = resource.text("description") ?? statement.text
        statement.attachments = resource.objects("content").compactMap { $0.object("attachment")?.attachment }
    }

    // MARK: Our own extensions

    private static func extensions(_ resource: FHIRObject, _ statement: inout ClinicalStatement) {
        func own(_ name: String) -> FHIRObject? { resource.ownExtension(name) }
        func concepts(_ name: String) -> [CodedConcept] {
            resource.ownExtensions(name).compactMap { $0.concept("valueCodeableConcept") }
        }
        statement.intent = own("intent")?.text("valueCode")
        statement.code = concepts("code").first
        statement.categories = concepts("category")
        statement.clinicalStatus = concepts("clinical-status").first
        statement.verification = concepts("verification").first
        statement.value = own("value")?.value
        statement.interpretation = concepts("interpretation")
        statement.bodySite = concepts("body-site").first
        statement.timing = own("timing")?.timing("valueDateTime", "valuePeriod")
        statement.issued = own("issued")?.time("valueDateTime")
        statement.text = own("text")?.text("valueString")
        statement.attachments = resource.ownExtensions("attachment").compactMap { $0.object("valueAttachment")?.attachment }
        statement.ranges = resource.ownExtensions("range").map { holder in
            ClinicalStatement.ReferenceRange(
                low: holder.ownExtension("low")?.quantity("valueQuantity"), high: holder.ownExtension("high")?.quantity("valueQuantity"),
                text: holder.ownExtension("text")?.text("valueString"))
        }
        statement.dosages = resource.ownExtensions("dosage").compactMap { $0.object("valueDosage")?.dosage }
        statement.components = resource.ownExtensions("component").map { holder in
            ClinicalStatement.Component(
                code: holder.ownExtension("code")?.concept("valueCodeableConcept"), value: holder.ownExtension("value")?.value,
                interpretation: holder.ownExtensions("interpretation").compactMap { $0.concept("valueCodeableConcept") })
        }
    }
}
