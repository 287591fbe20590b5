import SampanClinicalDocument
import SampanDomain
import SampanMesh

/// What `sampan document inspect` tells. Without `reveal` nothing in it says who the patient is: a title may hold a name, so titles are
/// left out too.
struct DocumentReport: Encodable {
    struct Number: Encodable {
        let system: String?
        let value: String?
    }

    struct Patient: Encodable {
        let name: String?
        let sex: String?
        /// The year; with `reveal` as it was written, in FHIR's form.
        let birth: String?
        let identifiers: [Number]
    }

    struct Section: Encodable {
        let system: String?
        let code: String?
        let title: String?
        let statements: Int
        /// UTF-8 bytes of its text.
        let textBytes: Int
    }

    let format: String
    let kind: String?
    let type: String?
    let typeSystem: String?
    let title: String?
    let identifier: Number?
    let setIdentifier: Number?
    let version: String?
    /// FHIR's form, as precise as it was written.
    let created: String?
    let patient: Patient?
    let authors: Int
    let custodian: Number?
    let sections: [Section]
    /// By kind, in the words of FHIR's resource types; those within others too.
    let statements: [String: Int]
    let negated: Int
    let carried: [String: Int]
    let notes: [String: Int]
    let bytes: Int
    let sha256: String

    init(_ file: DocumentFile, reveal: Bool) {
        let document = file.document
        format = document.format.name
        kind = document.kind?.rawValue
        type = document.type?.codings.first?.code
        typeSystem = document.type?.codings.first?.system
        title = reveal ? document.title : nil
        identifier = document.identifier.map { Number(system: $0.system, value: $0.value) }
        setIdentifier = document.setIdentifier.map { Number(system: $0.system, value: $0.value) }
        version = document.version
        created = document.created?.fhirText
        patient = document.patient.map { Self.patient($0, reveal: reveal) }
        authors = document.authors.count
        custodian = document.custodian?.identifiers.first.map { Number(system: $0.system, value: $0.value) }
        sections = document.allSections.map { section in
            let coding = section.code?.codings.first
            return Section(
                system: coding?.system, code: coding?.code, title: reveal ? section.title : nil, statements: section.statements.count,
                textBytes: section.text?.utf8.count ?? 0)
        }
        let all = document.allStatements
        statements = Dictionary(all.map { ($0.kind.rawValue, 1) }, uniquingKeysWith: +)
        negated = all.count { $0.isNegated }
        carried = Dictionary(document.opaque.map { ($0.type, 1) }, uniquingKeysWith: +)
        notes = document.notes
        bytes = file.bytes.count
        sha256 = Hexadecimal.lowercase(file.hash)
    }

    private static func patient(_ patient: PatientRecord, reveal: Bool) -> Patient {
        Patient(
            name: reveal ? patient.name?.display : nil, sex: patient.sex?.rawValue,
            birth: patient.birth.map { reveal ? $0.fhirDate : String($0.fhirDate.prefix(4)) },
            identifiers: patient.identifiers.map {
                Number(system: $0.system, value: $0.value.map { reveal ? $0 : Mask.identityNumber($0) })
            })
    }

    /// Without a line break at the end.
    var text: String {
        var rows = [["format", format], ["kind", kind ?? "none of the shared kinds"], ["type", type ?? ""]]
        if let title { rows.append(["title", title]) }
        rows += [["number", identifier?.value ?? ""], ["version", version ?? ""], ["created", created ?? ""]]
        if let patient {
            rows.append(["patient", [patient.name, patient.sex, patient.birth].compactMap { $0 }.joined(separator: ", ")])
            for number in patient.identifiers { rows.append(["", "\(number.value ?? "")  \(number.system ?? "")"]) }
        }
        rows += [["authors", String(authors)], ["custodian", custodian?.value ?? ""]]
        rows += [["size", "\(bytes) bytes"], ["sha256", sha256]]
        var parts = [TextTable.plain(rows.filter { $0.last != "" }.map { $0.map(CertificateDescription.printable) })]
        if !sections.isEmpty {
            let lines = sections.map { [$0.code ?? "", $0.title ?? "", String($0.statements), String($0.textBytes)] }
            parts.append(TextTable(["section", "", "entries", "text bytes"], lines.map { $0.map(CertificateDescription.printable) }).text)
        }
        for (name, counts) in [("entries", statements), ("carried", carried), ("note", notes)] where !counts.isEmpty {
            parts.append(TextTable([name, "count"], counts.sorted { $0.key < $1.key }.map { [$0.key, String($0.value)] }).text)
        }
        if negated > 0 { parts.append("\(negated) entries say that something is not so.") }
        return parts.joined(separator: "\n\n")
    }
}
