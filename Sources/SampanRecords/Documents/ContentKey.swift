internal import SampanCrypto
internal import SampanDomain

/// The key of one version's content: drawn for it, used for nothing else. A chunk is bound to its document, its version, its number and
/// whether it is the last, so that chunks can be neither swapped, nor cut off, nor reordered, nor put into another version.
struct ContentKey: Sendable {
    /// Bytes of a chunk before sealing; the last may be shorter. Two of them fit into flow control's first window; the seal costs 28 bytes
    /// and a row some 20 more.
    static let chunkSize = 65_536
    /// Chunks of one version: far below 2^32 messages of one key.
    static let mostChunks: Int64 = 1 << 24

    private let cipher: AESGCM
    private let document: DocumentID
    private let version: Int64

    /// Throws unless the secret has 32 bytes.
    init(secret: [UInt8], document: DocumentID, version: Int64) throws(RecordsError) {
        cipher = try RecordsError.crypto { () throws(CryptoError) in try AESGCM(key: secret) }
        (self.document, self.version) = (document, version)
    }

    /// What the wrapped key is bound to.
    static func context(content: Int64, owner: String) -> [UInt8] {
        var fields = FieldWriter("sampan records content key 1")
        fields.add(content)
        fields.add(owner)
        return fields.bytes
    }

    func seal(chunk: [UInt8], number: Int64, isLast: Bool) throws(RecordsError) -> [UInt8] {
        let context = context(chunk: number, isLast: isLast)
        return try RecordsError.crypto { () throws(CryptoError) in try cipher.seal(chunk, context: context) }
    }

    func open(chunk box: [UInt8], number: Int64, isLast: Bool) throws(RecordsError) -> [UInt8] {
        let context = context(chunk: number, isLast: isLast)
        return try RecordsError.opening("a document's content") { () throws(CryptoError) in try cipher.open(box, context: context) }
    }

    func seal(details: DocumentDetails, digest: [UInt8], patient: EnterpriseID, binding: [UInt8]) throws(RecordsError) -> [UInt8] {
        var fields = FieldWriter("sampan document details 1")
        fields.add(patient.number)
        fields.add(digest)
        fields.add(details.title)
        fields.add(details.author.text)
        fields.add(details.mediaType)
        fields.add(details.qualityCertificate)
        fields.add(details.standard)
        fields.add(details.itemCode)
        let bytes = fields.bytes
        return try RecordsError.crypto { () throws(CryptoError) in try cipher.seal(bytes, context: binding) }
    }

    func openDetails(_ box: [UInt8], binding: [UInt8]) throws(RecordsError) -> (DocumentDetails, digest: [UInt8], patient: Int64) {
        let part = "a document's details"
        let bytes = try RecordsError.opening(part) { () throws(CryptoError) in try cipher.open(box, context: binding) }
        var fields = try FieldReader(bytes, form: "sampan document details 1", part: part)
        let (patient, digest) = (try fields.number(), try fields.field())
        let (title, author, mediaType) = (try fields.text(), try fields.text(), try fields.text())
        let (certificate, standard, item) = (try fields.optionalText(), try fields.optionalText(), try fields.optionalText())
        try fields.end()
        let details = try RecordsError.stored(part) { () throws(DomainError) in
            try DocumentDetails(
                title: title, author: StaffID(author), mediaType: mediaType, qualityCertificate: certificate, standard: standard,
                itemCode: item)
        }
        return (details, digest, patient)
    }

    private func context(chunk number: Int64, isLast: Bool) -> [UInt8] {
        var fields = FieldWriter("sampan document chunk 1")
        fields.add(document.bytes)
        fields.add(version)
        fields.add(number)
        fields.add(isLast ? 1 : 0)
        return fields.bytes
    }
}
