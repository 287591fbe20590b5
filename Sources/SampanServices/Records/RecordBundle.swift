internal import SampanCrypto
internal import SampanDomain
internal import SampanRecords

/// The list of what is in a resident's record, as it is signed (form `sampan record bundle 1`), and where each document lies in the
/// archive. It names nobody: no enterprise id, no title, no author.
struct RecordBundle: Sendable {
    static let manifestName = "manifest.json"
    static let signatureName = "manifest.sig"
    /// Domain of the signature.
    static let domain = "sampan record bundle v1"
    /// Documents of one archive: 8 MB of list and some 3 MB of what is known of them meanwhile.
    static let mostDocuments = 20_000

    /// One document of the archive.
    struct Item: Sendable {
        let document: DocumentID
        let version: Int64
        let size: Int64
        /// What the file is called behind its point.
        let ending: String

        var name: String { "documents/\(document)-\(version).\(ending)" }
    }

    private(set) var items: [Item] = []
    private var lines: [UInt8] = []

    mutating func add(_ entry: DocumentEntry) {
        let item = Item(
            document: entry.document, version: entry.version, size: entry.size, ending: Self.ending(of: entry.details.mediaType))
        // Names, words and codes of these alphabets need no escaping.
        lines += Array(
            """
            \(items.isEmpty ? "" : ",")
            {"name":"\(item.name)","document_id":"\(entry.document)","version":\(entry.version),"kind":"\(entry.kind.rawValue)",\
            "occurred_at":"\(entry.occurredAt.utcText)","stored_at":"\(entry.storedAt.utcText)","owner":"\(entry.owner.text)",\
            "custodian":"\(entry.custodian.text)","size":\(entry.size),"sha256":"\(Hexadecimal.lowercase(entry.digest))"}
            """.utf8)
        items.append(item)
    }

    /// - Parameter maker: name of the node's certificate.
    func manifest(madeAt now: UnixTime, by maker: String) -> [UInt8] {
        Array(
            """
            {"form":"sampan record bundle 1","made_at":"\(now.utcText)","made_at_seconds":\(now.seconds),"made_by":"\(maker)",\
            "documents":[
            """.utf8) + lines + Array("\n]}\n".utf8)
    }

    /// The signature over a manifest with the certificates that show whose it is: a line of words each. On a thread of the pool: the list
    /// may have megabytes.
    @concurrent static func signature(over manifest: [UInt8], by identity: TLSIdentity) async throws(CryptoError) -> [UInt8] {
        let signature = try DetachedSignature.sign(try SignatureDomain(domain), manifest, key: identity.key)
        let lines =
            ["sampan record bundle signature 1", "signature \(Hexadecimal.lowercase(signature))"]
            + identity.chain.map { "certificate \(Hexadecimal.lowercase($0.der))" }
        return Array(lines.map { $0 + "\n" }.joined().utf8)
    }

    private static func ending(of mediaType: String) -> String {
        let type = mediaType.prefix { $0 != ";" }.filter { $0 != " " }.lowercased()
        return switch type {
        case "application/pdf": "pdf"
        case "text/plain": "txt"
        case "image/jpeg": "jpg"
        case "image/png": "png"
        case "application/dicom": "dcm"
        case "text/xml", "application/xml": "xml"
        case "application/json": "json"
        case let other where other.hasSuffix("+xml"): "xml"
        case let other where other.hasSuffix("+json"): "json"
        default: "bin"
        }
    }
}
