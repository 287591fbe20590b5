import Foundation
import SampanCrypto

/// Reads a record that a resident has taken along, from its first byte to its last in one pass, in flat memory but for the list. Every
/// byte has to be what the signed list says, or what a zip archive of just these files has: there is no other archive of them.
struct BundleCheck: ~Copyable {
    private static let manifestName = "manifest.json"
    private static let signatureName = "manifest.sig"
    private static let largestManifest: UInt64 = 64 << 20
    private static let largestSignature: UInt64 = 1 << 20

    private var file: SequentialFile
    private let trust: ChainVerifier
    private var zip = ZipShape()

    init(_ path: String, trust: ChainVerifier) throws(VerifyError) {
        file = try SequentialFile(path)
        self.trust = trust
    }

    /// What was found, in words.
    mutating func run() throws(VerifyError) -> String {
        let manifest = try whole(Self.manifestName, most: Self.largestManifest)
        let signature = try BundleSignature(try whole(Self.signatureName, most: Self.largestSignature))
        let list: BundleList
        do { list = try JSONDecoder().decode(BundleList.self, from: Data(manifest)) } catch {
            throw .broken("\(Self.manifestName): it was changed, or is no list of a record")
        }
        let signer = try signature.signer(of: manifest, at: list.madeAtSeconds, trust)
        try require(list.form == BundleList.form && list.madeBy == signer, "\(Self.manifestName): it was made by another than \(signer)")
        var (names, size): (Set<String>, Int64) = ([Self.manifestName, Self.signatureName], 0)
        for document in list.documents {
            try require(names.insert(document.name).inserted, "\(document.name): it is in the list twice")
            try content(document)
            size += document.size
        }
        try directory()
        return "\(list.documents.count) documents of \(size) bytes are as they were given out at \(list.madeAt) by \(signer)"
    }

    /// An entry that tells its own size.
    private mutating func whole(_ name: String, most: UInt64) throws(VerifyError) -> [UInt8] {
        let start = try file.peek(30)
        guard start.count == 30 else { throw .broken("\(name): it is missing, or the file was cut") }
        let size = ZipShape.number(start[22..<26])
        try require(size <= most, "\(name): it is longer than any")
        let header = zip.begin(name, size: size, checksum: UInt32(truncatingIfNeeded: ZipShape.number(start[14..<18])), isStreamed: false)
        try expect(header, name)
        var checksum = Checksum()
        let bytes = try file.take(Int(size))
        try require(bytes.count == Int(size), "\(name): the file was cut within it")
        checksum.add(bytes)
        try require(zip.end(size: size, checksum: checksum.value) == nil, "\(name): it was changed")
        return bytes
    }

    /// A document, which has to be what the list says.
    private mutating func content(_ document: BundleList.Document) throws(VerifyError) {
        let name = document.name
        guard let size = UInt64(exactly: document.size), name.utf8.count <= 200 else { throw .broken("\(name): the list cannot be right") }
        try expect(zip.begin(name, size: size, checksum: 0, isStreamed: true), name)
        var (checksum, left) = (Checksum(), size)
        do {
            let hash = try SHA256Stream()
            while left > 0 {
                let bytes = try file.take(Int(min(left, 1 << 18)))
                try require(!bytes.isEmpty, "\(name): the file was cut within it")
                try hash.update(bytes)
                checksum.add(bytes)
                left -= UInt64(bytes.count)
            }
            try require(try hash.finish() == BundleSignature.bytes(document.sha256[...]), "\(name): its content was changed")
        } catch let error as VerifyError {
            throw error
        } catch {
            throw .broken("\(name): SHA-256 failed: out of memory")
        }
        let descriptor = zip.end(size: size, checksum: checksum.value)
        try expect(descriptor ?? [], name)
    }

    /// The archive's end: exactly the entries that there were, and nothing behind it.
    private mutating func directory() throws(VerifyError) {
        let next = try file.peek(4)
        if next == [0x50, 0x4B, 3, 4] { throw .broken("\(try strangeName()): it is not in the list") }
        for (name, entry) in zip.directory() { try expect(entry, name) }
        try expect(zip.ending(), "the end of the archive")
        try require(try file.peek(1).isEmpty, "something was put on behind the end of the archive")
    }

    private mutating func expect(_ bytes: [UInt8], _ name: String) throws(VerifyError) {
        let found = try file.peek(bytes.count)
        guard found != bytes else {
            _ = try file.take(bytes.count)
            return
        }
        // Another file where this one should be.
        let stranger = found.starts(with: [0x50, 0x4B, 3, 4]) ? try strangeName() : ""
        throw .broken(
            stranger.isEmpty || stranger == name
                ? "\(name): it is missing, or what the archive says of it was changed"
                : "\(name): it is missing: \(stranger) stands in its place")
    }

    private mutating func strangeName() throws(VerifyError) -> String {
        let header = try file.peek(30 + 200)
        guard header.count > 30 else { return "" }
        let count = min(Int(ZipShape.number(header[26..<28])), header.count - 30)
        return String(decoding: header[30..<30 + count].filter { (0x21...0x7E).contains($0) }, as: UTF8.self)
    }
}

/// The list of what is in a record. It is read after its signature was found good.
private struct BundleList: Decodable {
    static let form = "sampan record bundle 1"

    struct Document: Decodable {
        let name: String
        let size: Int64
        let sha256: String
    }

    let form: String
    let madeAt: String
    let madeAtSeconds: Int64
    let madeBy: String
    let documents: [Document]

    private enum CodingKeys: String, CodingKey {
        case form, documents
        case madeAt = "made_at"
        case madeAtSeconds = "made_at_seconds"
        case madeBy = "made_by"
    }
}
