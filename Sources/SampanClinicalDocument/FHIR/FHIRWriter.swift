package import SampanDomain
internal import SampanJSON

/// Writes a document as FHIR R4: a document as a document bundle, anything else as a collection. The same document, moment and digest
/// give the same bytes. What was written is held against the shapes of R4 before it leaves.
package struct FHIRWriter: Sendable {
    /// When the bundle is put together (Bundle.timestamp, Provenance.recorded).
    private let assembledAt: UnixTime
    /// SHA-256 of the bytes that the document was read from.
    private let source: [UInt8]
    /// SHA-256. Handed in, so that this library needs no cryptography.
    private let digest: @Sendable ([UInt8]) -> [UInt8]

    package init(assembledAt: UnixTime, source: [UInt8], digest: @escaping @Sendable ([UInt8]) -> [UInt8]) {
        (self.assembledAt, self.source, self.digest) = (assembledAt, source, digest)
    }

    /// The version of a CDA document (HL7's extension of Composition).
    static let versionURL = "http://hl7.org/fhir/StructureDefinition/composition-clinicaldocument-versionNumber"
    private static let converter = "urn:sampan:fhir:converter"

    /// Whether a Provenance is one that this writer adds: it is made anew each time.
    static func isOwnProvenance(_ resource: FHIRObject) -> Bool {
        resource.objects("agent").contains { $0.object("who")?.object("identifier")?.text("system") == converter }
    }

    /// Throws `.unwritable` where the result would not be FHIR R4, and a limit of JSON.
    package func bundle(of document: ClinicalDocument) throws(DocumentError) -> [UInt8] {
        var document = document
        addresses(of: &document)
        var entries: [(url: String?, resource: FHIRBuilder)] = []
        if Self.isDocument(document.format) { entries.append((document.address.fullURL, try composition(document))) }
        if let patient = document.patient, patient.reference == nil { entries.append((patient.address.fullURL, Self.patient(patient))) }
        var written: Set<String> = []
        for party in document.authors + [document.custodian].compactMap({ $0 }) + document.parties where Self.isHeld(party) {
            guard let url = party.address.fullURL, written.insert(url).inserted else { continue }
            entries.append((url, Self.party(party)))
        }
        let subject = Self.subject(document.patient)
        for statement in document.allStatements {
            let members = statement.members.compactMap(\.address.fullURL)
            entries.append((statement.address.fullURL, try FHIRStatementWriter.write(statement, subject: subject, members: members)))
        }
        for resource in document.opaque { entries.append((resource.address.fullURL, try Self.carried(resource))) }
        if let target = entries.first?.url { entries.append((urn("provenance"), provenance(document, target))) }
        for entry in entries { try Self.check(entry.resource) }
        return try Self.bytes(bundle(document, entries))
    }

    private static func isDocument(_ format: DocumentFormat) -> Bool {
        switch format {
        case .wst500, .cCDA, .cda, .fhirBundle("document"): true
        case .fhirBundle, .fhirResource: false
        }
    }

    private func bundle(_ document: ClinicalDocument, _ entries: [(url: String?, resource: FHIRBuilder)]) -> FHIRBuilder {
        var bundle = FHIRBuilder()
        bundle.text("resourceType", "Bundle")
        bundle.text("id", document.bundleID ?? uuid("bundle"))
        bundle.object("identifier", document.identifier.map(FHIRBuilder.init(identifier:)))
        bundle.text("type", Self.isDocument(document.format) ? "document" : "collection")
        bundle.text("timestamp", assembledAt.utcText)
        bundle.objects(
            "entry",
            entries.map { url, resource in
                var entry = FHIRBuilder()
                entry.text("fullUrl", url)
                entry.object("resource", resource)
                return entry
            })
        return bundle
    }

    private static func bytes(_ bundle: FHIRBuilder) throws(DocumentError) -> [UInt8] {
        try check(bundle)
        do throws(JSONError) { return try bundle.value.text(isPretty: true) + [0x0A] } catch { throw DocumentError(.json(error)) }
    }

    private static func check(_ builder: FHIRBuilder) throws(DocumentError) {
        let object = FHIRObject(builder.members)
        guard let type = object.type else { throw DocumentError(.unwritable("a resource without a type")) }
        let unknown: [String: Int]
        do throws(DocumentError) { unknown = try FHIRValidator.check(object, type: type) } catch {
            throw DocumentError(.unwritable(error.description))
        }
        // What is carried may have elements of its own; what we write has none that R4 does not have.
        if StatementKind(rawValue: type) != nil || type == "Composition" || type == "Patient", let name = unknown.keys.min() {
            throw DocumentError(.unwritable("R4 has no element \(name)"))
        }
    }

    // MARK: Names

    /// The same document gives the same names: UUIDs of version 8 out of a digest of the source and of the place.
    private func uuid(_ place: String) -> String {
        var bytes = Array(digest(source + Array("/\(place)".utf8)).prefix(16))
        while bytes.count < 16 { bytes.append(0) }
        bytes[6] = bytes[6] & 0x0F | 0x80
        bytes[8] = bytes[8] & 0x3F | 0x80
        let digits = Array("0123456789abcdef")
        var text = ""
        for (place, byte) in bytes.enumerated() {
            if [4, 6, 8, 10].contains(place) { text.append("-") }
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return text
    }

    private func urn(_ place: String) -> String { "urn:uuid:\(uuid(place))" }

    /// Gives a name to everything that has none.
    private func addresses(of document: inout ClinicalDocument) {
        name(&document.address, "composition")
        if document.patient != nil, document.patient?.reference == nil {
            var address = document.patient?.address ?? ResourceAddress()
            name(&address, "patient")
            document.patient?.address = address
        }
        for index in document.authors.indices { name(&document.authors[index].address, "author/\(index)") }
        if var custodian = document.custodian {
            name(&custodian.address, "custodian")
            document.custodian = custodian
        }
        for index in document.parties.indices { name(&document.parties[index].address, "party/\(index)") }
        for index in document.sections.indices { name(&document.sections[index], "section/\(index)") }
        for index in document.statements.indices { name(&document.statements[index], "statement/\(index)") }
        for index in document.opaque.indices where document.opaque[index].address.fullURL == nil {
            document.opaque[index].address.fullURL = urn("opaque/\(index)")
        }
    }

    private func name(_ address: inout ResourceAddress, _ place: String) {
        guard address.fullURL == nil else { return }
        address.fullURL = urn(place)
        if address.id == nil { address.id = uuid(place) }
    }

    private func name(_ section: inout DocumentSection, _ place: String) {
        for index in section.statements.indices { name(&section.statements[index], "\(place)/statement/\(index)") }
        for index in section.sections.indices { name(&section.sections[index], "\(place)/section/\(index)") }
    }

    private func name(_ statement: inout ClinicalStatement, _ place: String) {
        name(&statement.address, place)
        for index in statement.members.indices { name(&statement.members[index], "\(place)/member/\(index)") }
    }

    // MARK: Resources

    private func composition(_ document: ClinicalDocument) throws(DocumentError) -> FHIRBuilder {
        var builder = FHIRBuilder()
        builder.text("resourceType", "Composition")
        builder.text("id", document.address.id)
        builder.text("language", document.language)
        if let version = document.version {
            var holder = FHIRBuilder()
            holder.text("url", Self.versionURL)
            holder.text("valueString", version)
            builder.objects("extension", [holder])
        }
        builder.object("identifier", document.setIdentifier.map(FHIRBuilder.init(identifier:)))
        if let status = document.status { builder.text("status", status) } else { builder.absent("_status") }
        if let type = document.type { builder.concept("type", type) } else { builder.absent("type") }
        builder.set("subject", Self.subject(document.patient))
        if let created = document.created { builder.time("date", created) } else { builder.absent("_date") }
        let authors = document.authors.map { Self.reference($0) }.filter { !$0.isEmpty }
        if authors.isEmpty { builder.list("author", [FHIRBuilder.unknown]) } else { builder.objects("author", authors) }
        if let title = document.title { builder.text("title", title) } else { builder.absent("_title") }
        // Codes of the binding only; another stays in the original.
        if ["U", "L", "M", "N", "R", "V"].contains(document.confidentiality ?? "") {
            builder.text("confidentiality", document.confidentiality)
        }
        builder.object("custodian", document.custodian.map { Self.reference($0) })
        builder.objects("section", document.sections.map { Self.section($0) })
        return builder
    }

    private static func section(_ section: DocumentSection) -> FHIRBuilder {
        var builder = FHIRBuilder()
        builder.text("title", section.title)
        builder.concept("code", section.code)
        let references = section.statements.compactMap(\.address.fullURL) + section.references
        if let text = section.text {
            builder.object("text", narrative("additional", text))
        } else if references.isEmpty, section.sections.isEmpty {
            // A section has a text, entries or sections (R4, cmp-1).
            builder.object("text", narrative("empty", "—"))
        }
        builder.objects("entry", references.map(FHIRBuilder.init(reference:)))
        builder.objects("section", section.sections.map { Self.section($0) })
        return builder
    }

    private static func narrative(_ status: String, _ text: String) -> FHIRBuilder {
        var builder = FHIRBuilder()
        builder.text("status", status)
        builder.text("div", FHIRNarrative.write(text))
        return builder
    }

    private static func subject(_ patient: PatientRecord?) -> JSONValue? {
        guard let reference = patient?.reference ?? patient?.address.fullURL else { return nil }
        return FHIRBuilder(reference: reference).value
    }

    private static func patient(_ patient: PatientRecord) -> FHIRBuilder {
        var builder = FHIRBuilder()
        builder.text("resourceType", "Patient")
        builder.text("id", patient.address.id)
        if let code = patient.sexCode {
            var holder = FHIRBuilder()
            holder.object("valueCoding", FHIRBuilder(coding: code))
            builder.list("extension", [holder.asExtension("sex-code")])
        }
        builder.objects("identifier", patient.identifiers.map(FHIRBuilder.init(identifier:)))
        builder.objects("name", patient.names.map(FHIRBuilder.init(name:)))
        builder.objects("telecom", patient.telecoms.map(FHIRBuilder.init(contactPoint:)))
        builder.text("gender", patient.sex?.rawValue)
        builder.time("birthDate", patient.birth, isDate: true)
        builder.objects("address", patient.addresses.map(FHIRBuilder.init(address:)))
        return builder
    }

    /// Whether a party is a resource of its own; else it is only named.
    private static func isHeld(_ party: Party) -> Bool {
        party.reference == nil && (!party.names.isEmpty || !party.identifiers.isEmpty || party.kind != .person && party.title != nil)
    }

    private static func reference(_ party: Party) -> FHIRBuilder {
        var builder = FHIRBuilder()
        if isHeld(party) {
            builder.text("reference", party.address.fullURL)
        } else {
            builder.text("reference", party.reference)
            builder.text("display", party.title)
        }
        return builder
    }

    private static func party(_ party: Party) -> FHIRBuilder {
        var builder = FHIRBuilder()
        builder.text("resourceType", party.kind.rawValue)
        builder.text("id", party.address.id)
        builder.objects("identifier", party.identifiers.map(FHIRBuilder.init(identifier:)))
        switch party.kind {
        case .person: builder.objects("name", party.names.map(FHIRBuilder.init(name:)))
        case .organization: builder.text("name", party.title)
        case .device:
            if let title = party.title {
                var name = FHIRBuilder()
                name.text("name", title)
                name.text("type", "other")
                builder.objects("deviceName", [name])
            }
        }
        return builder
    }

    private static func carried(_ resource: OpaqueResource) throws(DocumentError) -> FHIRBuilder {
        let value: JSONValue
        do throws(JSONError) { value = try JSONValue(text: resource.json, limits: FHIRLimits.default.json) } catch {
            throw DocumentError(.json(error))
        }
        guard case .object(let members) = value else { throw DocumentError(.unwritable("a resource that is no object")) }
        var builder = FHIRBuilder()
        for member in members { builder.set(String(decoding: member.name, as: UTF8.self), member.value) }
        return builder
    }

    private func provenance(_ document: ClinicalDocument, _ target: String) -> FHIRBuilder {
        func converterReference() -> FHIRBuilder {
            var who = FHIRBuilder()
            who.object("identifier", FHIRBuilder(identifier: ClinicalIdentifier(system: Self.converter, value: "sampan")))
            who.text("display", "Sampan")
            return who
        }
        var agent = FHIRBuilder()
        agent.object("who", converterReference())
        var what = FHIRBuilder()
        let digits = Array("0123456789abcdef")
        let hash = String(source.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
        what.object("identifier", FHIRBuilder(identifier: ClinicalIdentifier(system: "urn:sampan:sha256", value: hash)))
        what.text("display", document.format.name)
        var entity = FHIRBuilder()
        entity.text("role", "source")
        entity.object("what", what)
        var builder = FHIRBuilder()
        builder.text("resourceType", "Provenance")
        builder.text("id", uuid("provenance"))
        builder.objects("target", [FHIRBuilder(reference: target)])
        builder.text("recorded", assembledAt.utcText)
        builder.objects("agent", [agent])
        builder.objects("entity", [entity])
        return builder
    }
}
