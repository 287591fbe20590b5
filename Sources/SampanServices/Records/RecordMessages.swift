internal import SampanAPI
internal import SampanDomain
internal import SampanFerry
internal import SampanRecords

extension RecordsV1.SecurityLabel {
    /// Nil for one that says nothing, which is none (RE-20).
    var label: SecurityLabel? {
        get throws(DomainError) {
            guard !dataClass.isEmpty || grade != 0 else { return nil }
            guard let known = SecurityLabel.DataClass(rawValue: dataClass) else {
                throw DomainError(
                    field: "label.data_class",
                    message: "is none of \(SecurityLabel.DataClass.allCases.map(\.rawValue).joined(separator: ", "))")
            }
            return try SecurityLabel(known, grade: Int(grade))
        }
    }

    init(_ label: SecurityLabel) { self.init(dataClass: label.dataClass.rawValue, grade: UInt32(clamping: label.grade)) }
}

extension RecordsV1.DocumentDetails {
    /// Throws for details that cannot be some, also where a standard is claimed that nothing can be held against.
    var details: DocumentDetails {
        get throws(DomainError) {
            let author: StaffID
            do throws(DomainError) { author = try StaffID(authorID) } catch {
                throw DomainError(field: "details.author_id", message: error.message)
            }
            return try DocumentDetails(
                title: title, author: author, mediaType: mediaType,
                qualityCertificate: qualityCertificate.isEmpty ? nil : qualityCertificate,
                standard: try DocumentStandard(claimed: standard)?.rawValue, itemCode: itemCode.isEmpty ? nil : itemCode)
        }
    }

    init(_ details: DocumentDetails) {
        self.init(
            title: details.title, authorID: details.author.text, mediaType: details.mediaType,
            qualityCertificate: details.qualityCertificate ?? "", standard: details.standard ?? "", itemCode: details.itemCode ?? "")
    }
}

extension RecordsV1.StoreDocumentHead {
    /// What is to be stored, of the person whom `enterprise_id` stands for now.
    func document(of person: EnterpriseID, platform: InstitutionCode) throws(DomainError) -> NewDocument {
        guard let details else { throw DomainError(field: "details", message: "is missing") }
        return NewDocument(
            patient: person, kind: try DocumentKind(name: kind), occurredAt: try UnixTime(required: occurredAt, field: "occurred_at"),
            custodian: try InstitutionCode(custodian: custodianCode, platform: platform), label: try label?.label,
            details: try details.details)
    }
}

extension InstitutionCode {
    /// Who keeps a content: the region's platform. Nobody else does yet, and an index that names one who has nothing would be wrong.
    init(custodian code: String, platform: InstitutionCode) throws(DomainError) {
        guard code.isEmpty || code == platform.text else {
            throw DomainError(field: "custodian_code", message: "contents are kept by the platform; right would be \(platform), or nothing")
        }
        self = platform
    }
}

extension DocumentEntry {
    var message: RecordsV1.DocumentEntry {
        RecordsV1.DocumentEntry(
            documentID: document.text, version: version, enterpriseID: patient.number, kind: kind.rawValue, occurredAt: occurredAt.message,
            storedAt: storedAt.message, ownerCode: owner.text, custodianCode: custodian.text, label: RecordsV1.SecurityLabel(label),
            size: size, sha256: digest, details: RecordsV1.DocumentDetails(details))
    }
}
