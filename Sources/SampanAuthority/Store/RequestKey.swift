internal import SampanCrypto
internal import SampanProtobuf
internal import SampanMesh
internal import SampanAPI

/// By what a repeated request is known: its id, one per actor, and the hash of its body.
struct RequestKey: Sendable, Hashable {
    /// 1 to 64 characters, as the contract says.
    static let lengths = 1...64

    let id: String
    /// SHA-256 over method and body.
    let bodyHash: [UInt8]

    /// `body`: the request without what may differ between repetitions (nothing, so far). Throws `invalid` for an id that is none.
    init(_ id: String, method: String, body: some Message) throws(AuthorityError) {
        guard Self.lengths.contains(id.unicodeScalars.count), !id.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F })
        else { throw .invalid(field: "request_id", "1 to 64 characters, none of them a control character") }
        self.id = id
        let bytes: [UInt8]
        do throws(ProtobufError) { bytes = try body.serialized() } catch {
            throw .invalid(field: "request_id", "the request cannot be written: \(error.description)")
        }
        bodyHash = try AuthorityError.crypto { () throws(CryptoError) in try SHA256.hash(Array(method.utf8) + [0] + bytes) }
    }
}
