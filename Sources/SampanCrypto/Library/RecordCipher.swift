internal import COpenSSL

/// AES-GCM for TLS records: the default provider's, which answers one question faster.
///
/// libssl asks twice for every record how long its nonce is, and the provider compares the name of what is asked for with those of all
/// that it knows: 460 instructions of a record, a tenth of what opening a small one takes. In TLS 1.3 there is one answer (RFC 8446
/// §5.3, RFC 5116 §5.1), and every other question goes on to the provider.
enum RecordCipher {
    private typealias Question = @convention(c) (UnsafeMutableRawPointer?, UnsafeMutablePointer<OSSL_PARAM>?) -> Int32

    /// Bytes of the nonce of a record.
    private static let nonceLength = 12
    /// The ciphers of TLS 1.3 that this is for, by the provider's first name.
    private static let names: Set<String> = ["AES-128-GCM", "AES-256-GCM"]

    // Sendable: set while the library context is made, before anything can ask, and only read afterwards.
    nonisolated(unsafe) private static var original: Question?

    /// The functions to use in place of a cipher's own; nil where they are to stay. Called for one cipher after another, while the library
    /// context is made, and never again.
    static func functions(_ own: DispatchTable, of name: String) -> DispatchTable? {
        guard names.contains(name), let found = own.function(OSSL_FUNC_CIPHER_GET_CTX_PARAMS) else { return nil }
        let question = unsafe unsafeBitCast(found, to: Question.self)
        // One function for all sizes of key: were it another, it could not be asked in its place.
        if let original = unsafe original, unsafe !isSame(original, question) { return nil }
        unsafe original = question
        return unsafe own.replacing(OSSL_FUNC_CIPHER_GET_CTX_PARAMS, with: unsafeBitCast(answer, to: DispatchTable.Function.self))
    }

    /// Whether records are protected by way of this.
    static var isInUse: Bool { unsafe original != nil }

    private static let answer: Question = { state, asked in
        guard let asked = unsafe asked else { return 1 }
        if unsafe isOfNonceAlone(asked), let target = unsafe asked.pointee.data {
            unsafe target.storeBytes(of: nonceLength, as: Int.self)
            unsafe asked.pointee.return_size = MemoryLayout<Int>.size
            return 1
        }
        return unsafe original?(state, asked) ?? 0
    }

    /// Whether a list asks for "ivlen" as a size_t, and for nothing else.
    private static func isOfNonceAlone(_ asked: UnsafeMutablePointer<OSSL_PARAM>) -> Bool {
        guard let name = unsafe asked.pointee.key else { return false }
        // Byte by byte, which reads no further than the name goes.
        return unsafe name[0] == 0x69 && name[1] == 0x76 && name[2] == 0x6C && name[3] == 0x65 && name[4] == 0x6E && name[5] == 0
            && asked[1].key == nil && asked.pointee.data_type == OSSL_PARAM_UNSIGNED_INTEGER
            && asked.pointee.data_size == MemoryLayout<Int>.size
    }

    private static func isSame(_ one: Question, _ other: Question) -> Bool {
        unsafe unsafeBitCast(one, to: UInt.self) == unsafeBitCast(other, to: UInt.self)
    }
}
