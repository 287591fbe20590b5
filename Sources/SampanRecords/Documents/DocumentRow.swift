internal import SampanCrypto
internal import SampanDomain
internal import SampanStorage

/// One version's row with that of its document, before anything of it was opened. It never leaves this target.
struct DocumentRow: Sendable {
    static let columns = """
        d.id, d.name, d.patient, d.kind, d.occurred_at, d.owner, v.number, v.content, v.custodian, v.data_class, v.grade, v.stored_at,
        v.size, v.chunks, v.sealed, c.wrapped_by, c.wrapped, d.top_grade
        """
    static let tables = """
        record_documents d JOIN record_versions v ON v.document = d.id JOIN record_contents c ON c.id = v.content
        """

    let row: Int64
    let document: DocumentID
    /// The opaque name.
    let patient: [UInt8]
    let kind: DocumentKind
    let occurredAt: UnixTime
    let owner: InstitutionCode
    let version: Int64
    let content: Int64
    let custodian: InstitutionCode
    let label: SecurityLabel
    let storedAt: UnixTime
    let size: Int64
    let chunks: Int64
    let sealed: [UInt8]
    let wrappedBy: Int64
    let wrapped: [UInt8]
    /// The highest grade of any of the document's versions: what was marked once is guarded so in all of them.
    let topGrade: Int64

    init(_ row: borrowing Row) throws {
        self.row = try row.int64(0)
        document = DocumentID(stored: try row.blob(1))
        patient = try row.blob(2)
        (occurredAt, storedAt) = (UnixTime(nanoseconds: try row.int64(4)), UnixTime(nanoseconds: try row.int64(11)))
        (version, content, size, chunks) = (try row.int64(6), try row.int64(7), try row.int64(12), try row.int64(13))
        (sealed, wrappedBy, wrapped, topGrade) = (try row.blob(14), try row.int64(15), try row.blob(16), try row.int64(17))
        let (kindName, ownerText, custodianText) = (try row.text(3), try row.text(5), try row.text(8))
        let (className, gradeNumber) = (try row.text(9), try row.int64(10))
        kind = try RecordsError.stored("a document's kind") { () throws(DomainError) in try DocumentKind(name: kindName) }
        owner = try RecordsError.stored("a document's owner") { () throws(DomainError) in try InstitutionCode(ownerText, scheme: .local) }
        custodian = try RecordsError.stored("a document's custodian") { () throws(DomainError) in
            try InstitutionCode(custodianText, scheme: .local)
        }
        guard let dataClass = SecurityLabel.DataClass(rawValue: className) else { throw RecordsError.damaged("a document's label") }
        label = try RecordsError.stored("a document's label") { () throws(DomainError) in
            try SecurityLabel(dataClass, grade: Int(clamping: gradeNumber))
        }
    }

    var binding: [UInt8] {
        Self.binding(
            document: document, version: version, patient: patient, kind: kind, occurredAt: occurredAt, owner: owner, custodian: custodian,
            label: label, storedAt: storedAt, size: size, chunks: chunks)
    }

    /// All that the index says in the clear: details are bound to it, so that nobody moves a document to another patient, kind, time,
    /// owner or label by a change of the row. (`top_grade` follows from the versions.)
    static func binding(
        document: DocumentID, version: Int64, patient: [UInt8], kind: DocumentKind, occurredAt: UnixTime, owner: InstitutionCode,
        custodian: InstitutionCode, label: SecurityLabel, storedAt: UnixTime, size: Int64, chunks: Int64
    ) -> [UInt8] {
        var fields = FieldWriter("sampan records details 1")
        fields.add(document.bytes)
        fields.add(version)
        fields.add(patient)
        fields.add(kind.rawValue)
        fields.add(occurredAt.nanoseconds)
        fields.add(owner.text)
        fields.add(custodian.text)
        fields.add(label.dataClass.rawValue)
        fields.add(Int64(label.grade))
        fields.add(storedAt.nanoseconds)
        fields.add(size)
        fields.add(chunks)
        return fields.bytes
    }

    /// The guard that stands over this version: the highest of its own grade and that of any other version.
    var guardedGrade: Int { max(label.grade, Int(clamping: topGrade)) }

    /// The key of the content, for whoever was let in.
    func contentKey(_ keys: KeyRing, _ transaction: borrowing Transaction) throws -> ContentKey {
        let secret = try keys.open(
            wrapped, transaction, key: wrappedBy, .institution(owner), .contents,
            context: ContentKey.context(content: content, owner: owner.text),
            part: "a document's content key")
        return try ContentKey(secret: secret, document: document, version: version)
    }

    /// The opened entry.
    func entry(_ key: ContentKey, patient: EnterpriseID) throws(RecordsError) -> DocumentEntry {
        let (details, digest, holder) = try key.openDetails(sealed, binding: binding)
        guard holder == patient.number else { throw .damaged("a document's details") }
        return DocumentEntry(
            document: document, version: version, patient: patient, kind: kind, occurredAt: occurredAt, storedAt: storedAt, owner: owner,
            custodian: custodian, label: label, size: size, digest: digest, details: details)
    }
}
