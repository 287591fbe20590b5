internal import SampanDomain
internal import SampanJSON

/// Reads FHIR R4: one resource, or a bundle of any type.
struct FHIRReader {
    let bundle: FHIRBundle
    private(set) var document: ClinicalDocument
    /// Entries that have found their place.
    private var isPlaced: [Bool]
    /// The patient's entry, or how the others refer to the patient.
    private var subject: Subject?

    private enum Subject: Hashable {
        case entry(Int)
        case reference(String)
    }

    static func read(_ bytes: [UInt8], limits: FHIRLimits) throws(DocumentError) -> ClinicalDocument {
        let value: JSONValue
        do throws(JSONError) { value = try JSONValue(text: bytes, limits: limits.json) } catch { throw DocumentError(.json(error)) }
        guard let root = FHIRObject(value), root["resourceType"] != nil else { throw DocumentError(.notADocument) }
        let type = try type(of: root, at: "")
        guard type == "Bundle" else {
            var reader = FHIRReader(FHIRBundle(single: root, type: type), ClinicalDocument(format: .fhirResource(type)))
            try reader.readEntries()
            return reader.finished()
        }
        let unknown = try FHIRValidator.check(root, type: type)
        var document = ClinicalDocument(format: .fhirBundle(root.text("type") ?? ""))
        for (name, count) in unknown { document.notes["left aside: \(name)", default: 0] += count }
        document.bundleID = root.text("id")
        document.identifier = root.object("identifier")?.identifier
        var reader = FHIRReader(try FHIRBundle(root, limits: limits), document)
        if root.text("type") == "document" { try reader.composition() }
        try reader.readEntries()
        return reader.finished()
    }

    /// The type of a resource; throws for one that R4 does not have.
    static func type(of resource: FHIRObject, at place: String) throws(DocumentError) -> String {
        guard let type = resource.type else { throw DocumentError(.missing("resourceType"), at: place) }
        if FHIRShapes.resources[type] != nil || FHIRShapes.carried.contains(type) { return type }
        let isName = type.utf8.count <= 40 && type.utf8.allSatisfy { (65...90).contains($0) || (97...122).contains($0) }
        throw DocumentError(.unknownResourceType(isName ? type : nil), at: place)
    }

    private init(_ bundle: FHIRBundle, _ document: ClinicalDocument) {
        (self.bundle, self.document) = (bundle, document)
        isPlaced = [Bool](repeating: false, count: bundle.entries.count)
    }

    // MARK: The bundle as a whole

    private func place(_ index: Int) -> String { bundle.entries.count == 1 ? "" : "Bundle.entry[\(index)].resource: " }

    /// Of every entry that has a shape; unknown modifiers end here, or make of the resource one that is carried.
    private mutating func checked(_ index: Int) throws(DocumentError) {
        let entry = bundle.entries[index]
        guard FHIRShapes.resources[entry.type] != nil else { return }
        do throws(DocumentError) {
            for (name, count) in try FHIRValidator.check(entry.resource, type: entry.type) {
                document.notes["left aside: \(name)", default: 0] += count
            }
            if entry.resource["implicitRules"] != nil { throw DocumentError(.unknownModifier, at: "\(entry.type).implicitRules") }
        } catch {
            throw DocumentError(error.reason, at: place(index) + error.place)
        }
    }

    private mutating func readEntries() throws(DocumentError) {
        for index in bundle.entries.indices { try checked(index) }
        try findPatient()
        let held = heldEntries()
        // First what nobody refers to as a part of itself, then what refers in a circle.
        for round in [false, true] {
            for index in bundle.entries.indices where !isPlaced[index] && (round || !held.contains(index)) {
                try place(entry: index)
            }
        }
    }

    /// Entries that another one holds as its member.
    private func heldEntries() -> Set<Int> {
        var held: Set<Int> = []
        for (index, entry) in bundle.entries.enumerated() where Self.isStatement(entry.type) {
            for reference in Self.memberReferences(entry.resource) {
                if let member = bundle.resolve(reference, from: index), member != index, isOwn(member) { held.insert(member) }
            }
        }
        return held
    }

    private mutating func place(entry index: Int) throws(DocumentError) {
        let entry = bundle.entries[index]
        switch entry.type {
        case "Patient" where subject == .entry(index): isPlaced[index] = true
        case "Practitioner", "Organization", "Device":
            isPlaced[index] = true
            if let party = FHIRParty.read(entry) { document.parties.append(party) }
        case "Provenance" where FHIRWriter.isOwnProvenance(entry.resource): isPlaced[index] = true
        default:
            if isOwn(index), let statement = statement(at: index, depth: 0) {
                document.statements.append(statement)
            } else {
                isPlaced[index] = true
                try carry(entry)
            }
        }
    }

    private mutating func carry(_ entry: FHIRBundle.Entry) throws(DocumentError) {
        do throws(JSONError) {
            let json = try JSONValue.object(entry.resource.members).text()
            document.opaque.append(OpaqueResource(address: entry.address, type: entry.type, json: json))
        } catch {
            throw DocumentError(.json(error))
        }
        document.note("carried as it is: \(entry.type)")
    }

    // MARK: Whom it is about

    /// The one patient of all statements. Data of two people never become one document.
    private mutating func findPatient() throws(DocumentError) {
        var subjects: Set<Subject> = []
        for (index, entry) in bundle.entries.enumerated() {
            if entry.type == "Patient" { subjects.insert(.entry(index)) }
            guard Self.isStatement(entry.type) || entry.type == "Composition" else { continue }
            if let subject = subject(of: index) { subjects.insert(subject) }
        }
        guard subjects.count <= 1 else { throw DocumentError(.severalPatients, at: "Bundle.entry") }
        subject = subjects.first
        switch subject {
        case .entry(let index): document.patient = FHIRPatient.read(bundle.entries[index])
        case .reference(let reference): document.patient = PatientRecord(reference: reference)
        case nil: break
        }
    }

    private static func subjectReference(_ resource: FHIRObject) -> String? {
        (resource.object("subject") ?? resource.object("patient"))?.text("reference")
    }

    /// Nil where it has none, or is about something that is no patient.
    private func subject(of index: Int) -> Subject? {
        guard let reference = Self.subjectReference(bundle.entries[index].resource) else { return nil }
        if reference.first == "#" { return .reference(reference) }
        if let target = bundle.resolve(reference, from: index) {
            return bundle.entries[target].type == "Patient" ? .entry(target) : nil
        }
        return Self.namesPatient(reference) ? .reference(reference) : nil
    }

    private static func namesPatient(_ reference: String) -> Bool {
        reference.hasPrefix("urn:") || reference.hasPrefix("Patient/") || reference.contains("/Patient/")
    }

    /// Whether it may become a statement: of a kind that has one, about the patient, or in a bundle about nobody, and in no way changed
    /// that is not understood here.
    private func isOwn(_ index: Int) -> Bool {
        let entry = bundle.entries[index]
        guard Self.isStatement(entry.type) else { return false }
        let modifiers = entry.resource.ownModifiers
        guard modifiers.allSatisfy({ $0.text("url") == FHIRObject.extensionBase + "negated" }) else { return false }
        guard entry.resource.boolean("doNotPerform") != true else { return false }
        // What names no subject is not made the patient's.
        guard Self.subjectReference(entry.resource) != nil else { return document.patient == nil }
        return subject(of: index) != nil
    }

    // MARK: Statements

    static func isStatement(_ type: String) -> Bool { StatementKind(rawValue: type) != nil }

    static func memberReferences(_ resource: FHIRObject) -> [String] {
        let lists =
            resource.objects("result") + resource.objects("hasMember")
            + resource.ownExtensions("member").compactMap { $0.object("valueReference") }
        return lists.compactMap { $0.text("reference") }
    }

    /// The entry as a statement, with the members that have no other place yet; nil where it has a place already.
    mutating func statement(at index: Int, depth: Int) -> ClinicalStatement? {
        guard !isPlaced[index], isOwn(index) else { return nil }
        isPlaced[index] = true
        let entry = bundle.entries[index]
        guard var statement = FHIRStatement.read(entry, in: bundle, at: index, document: &document) else { return nil }
        let contained = Dictionary(
            entry.resource.objects("contained").compactMap { object in object.text("id").map { ($0, object) } },
            uniquingKeysWith: { first, _ in first })
        for reference in Self.memberReferences(entry.resource) {
            if reference.first == "#", let object = contained[String(reference.dropFirst())], let type = object.type {
                let inner = FHIRBundle.Entry(fullURL: nil, type: type, resource: object)
                if Self.isStatement(type), (try? FHIRValidator.check(object, type: type)) != nil,
                    let member = FHIRStatement.read(inner, in: bundle, at: index, document: &document)
                {
                    statement.members.append(member)
                    continue
                }
            } else if depth < FHIRLimits.memberDepth, let target = bundle.resolve(reference, from: index),
                let member = self.statement(at: target, depth: depth + 1)
            {
                statement.members.append(member)
                continue
            }
            statement.references.append(reference)
        }
        return statement
    }

    // MARK: Documents

    /// The first entry of a document is its composition (R4, bdl-11).
    private mutating func composition() throws(DocumentError) {
        guard let first = bundle.entries.first, first.type == "Composition" else {
            throw DocumentError(.missing("a Composition as the first entry"), at: "Bundle.entry")
        }
        try checked(0)
        try findPatient()
        isPlaced[0] = true
        let resource = first.resource
        guard resource.ownModifiers.isEmpty else { throw DocumentError(.unknownModifier, at: "Composition.modifierExtension") }
        document.address = first.address
        document.setIdentifier = resource.object("identifier")?.identifier
        document.status = resource.text("status")
        document.type = resource.concept("type")
        document.created = resource.time("date")
        document.title = resource.text("title")
        document.language = resource.text("language")
        document.confidentiality = resource.text("confidentiality")
        document.version = resource.objects("extension").first { $0.text("url") == FHIRWriter.versionURL }?.text("valueString")
        document.authors = resource.objects("author").compactMap { party($0) }
        document.custodian = resource.object("custodian").flatMap { party($0) }
        for section in resource.objects("section") { document.sections.append(self.section(section)) }
    }

    private mutating func section(_ object: FHIRObject) -> DocumentSection {
        var section = DocumentSection(code: object.concept("code"), title: object.text("title"))
        if let text = object.object("text"), text.text("status") != "empty" {
            do throws(DocumentError) { section.text = try FHIRNarrative.read(text) } catch {
                document.note("a narrative that is not XHTML")
            }
        }
        for reference in object.objects("entry").compactMap({ $0.text("reference") }) {
            if let index = bundle.resolve(reference, from: 0), let statement = statement(at: index, depth: 0) {
                section.statements.append(statement)
            } else {
                section.references.append(reference)
            }
        }
        for inner in object.objects("section") { section.sections.append(self.section(inner)) }
        return section
    }

    /// Whom a reference means, by a role's holder too.
    private mutating func party(_ object: FHIRObject) -> Party? {
        guard let reference = object.text("reference") else {
            return object.text("display").map { Party(kind: .person, title: $0) }
        }
        guard let index = bundle.resolve(reference, from: 0), let party = FHIRParty.read(bundle.entries[index]) else {
            let kind = Party.Kind.allCases.first { reference.contains("\($0.rawValue)/") } ?? .person
            return Party(kind: kind, title: object.text("display"), reference: reference)
        }
        isPlaced[index] = true
        return party
    }

    private mutating func finished() -> ClinicalDocument {
        document.kind = DocumentKind(type: document.type) ?? FHIRKind.of(document)
        return document
    }
}
