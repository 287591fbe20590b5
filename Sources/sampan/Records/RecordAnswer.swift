import SampanAPI
import SampanDomain

/// A document's entry as JSON.
struct RecordAnswer: Encodable {
    let documentId: String
    let version: Int64
    let patient: Int64
    let kind: String
    let occurredAt: String?
    let storedAt: String?
    let owner: String
    let custodian: String
    let dataClass: String
    let grade: UInt32
    let size: Int64
    let sha256: String
    let title: String
    let author: String
    let mediaType: String
    let standard: String
    let qualityCertificate: String
    let itemCode: String

    init(_ entry: RecordsV1.DocumentEntry) {
        (documentId, version, patient, kind) = (entry.documentID, entry.version, entry.enterpriseID, entry.kind)
        (occurredAt, storedAt) = (Moment.text(entry.occurredAt), Moment.text(entry.storedAt))
        (owner, custodian, size) = (entry.ownerCode, entry.custodianCode, entry.size)
        (dataClass, grade) = (entry.label?.dataClass ?? "", entry.label?.grade ?? 0)
        sha256 = Hexadecimal.lowercase(entry.sha256)
        let details = entry.details ?? RecordsV1.DocumentDetails()
        (title, author, mediaType, standard) = (details.title, details.authorID, details.mediaType, details.standard)
        (qualityCertificate, itemCode) = (details.qualityCertificate, details.itemCode)
    }
}
