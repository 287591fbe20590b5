internal import COpenSSL

/// The library context that TLS runs in: of OpenSSL's default provider, only what TLS 1.3 and the certificates of peers need.
///
/// OpenSSL 3.0 decodes the public key of every certificate that a peer sends through a pipeline that it builds anew each time, walking
/// through all decoders, all key types and every algorithm that was ever fetched (some 300). That was a third of what a handshake costs
/// the server. The algorithms are the default provider's own: this one only leaves names out of its lists.
///
/// Keys and certificates made outside of this context (our own, the roots) may be used in it: OpenSSL hands a key over once and keeps it.
enum TLSLibrary {
    /// For `SSL_CTX_new_ex`; nil, which stands for the plain default context, when it could not be made.
    // Sendable: made once and never freed; OpenSSL locks it.
    nonisolated(unsafe) static let context: OpaquePointer? = unsafe makeContext()

    /// The algorithms of each operation, by the first name that the default provider gives them; what is not here does not exist for
    /// TLS. P-256 is what we issue; a foreign authority may have RSA or Ed25519. SHA-1 only names certificates inside of libcrypto.
    private static let names: [Int32: Set<String>] = [
        OSSL_OP_DIGEST: ["SHA1", "SHA2-256", "SHA2-384", "SHA2-512"],
        OSSL_OP_CIPHER: ["AES-128-GCM", "AES-256-GCM", "ChaCha20-Poly1305"],
        OSSL_OP_MAC: ["HMAC"], OSSL_OP_KDF: ["HKDF", "TLS13-KDF"], OSSL_OP_RAND: ["CTR-DRBG"],
        OSSL_OP_KEYMGMT: ["EC", "RSA", "RSA-PSS", "ED25519", "X25519"], OSSL_OP_KEYEXCH: ["ECDH", "X25519"],
        OSSL_OP_SIGNATURE: ["ECDSA", "RSA", "ED25519"], OSSL_OP_DECODER: ["EC", "RSA", "RSA-PSS", "ED25519"],
    ]
    /// The form in which a certificate holds its key (RFC 5280 §4.1.2.7).
    private static let keyForm = "input=der,structure=SubjectPublicKeyInfo"

    // Sendable: made once, only read afterwards and never freed, as OpenSSL keeps their addresses; the same below.
    nonisolated(unsafe) private static let provider: OpaquePointer? = unsafe OSSL_PROVIDER_load(nil, "default")
    // Sendable: made once, only read afterwards and never freed.
    nonisolated(unsafe) private static let lists = unsafe Dictionary(
        uniqueKeysWithValues: names.map { unsafe ($0.key, list($0.key, $0.value)) })
    // Sendable: what OpenSSL offers its providers; set while the context is made, and only read afterwards.
    nonisolated(unsafe) private static var core: DispatchTable?
    // Sendable: made once, only read afterwards and never freed.
    nonisolated(unsafe) private static let dispatch = unsafe makeDispatch()

    private static func makeContext() -> OpaquePointer? {
        guard OpenSSLLibrary.isReady, unsafe provider != nil, let context = unsafe OSSL_LIB_CTX_new() else { return nil }
        let added = unsafe OSSL_PROVIDER_add_builtin(context, "sampan") { _, core, functions, state in
            unsafe TLSLibrary.core = core.map { unsafe DispatchTable(start: $0) }
            guard let functions = unsafe functions, let state = unsafe state else { return 0 }
            unsafe functions.pointee = UnsafePointer(TLSLibrary.dispatch)
            // What the default provider's functions are to be called with.
            unsafe state.pointee = OSSL_PROVIDER_get0_provider_ctx(TLSLibrary.provider)
            return 1
        }
        guard added == 1, unsafe OSSL_PROVIDER_load(context, "sampan") != nil else {
            unsafe OSSL_LIB_CTX_free(context)
            ErrorQueue.clear()
            return nil
        }
        return unsafe context
    }

    /// The default provider's list for an operation, cut to `names`; ends with an empty entry, as OpenSSL has it.
    private static func list(_ operation: Int32, _ names: Set<String>) -> UnsafePointer<OSSL_ALGORITHM> {
        var kept: [OSSL_ALGORITHM] = unsafe []
        var noCache: Int32 = 0
        var next = unsafe OSSL_PROVIDER_query_operation(provider, operation, &noCache)
        while let entry = unsafe next, let text = unsafe entry.pointee.algorithm_names {
            // "EC:id-ecPublicKey:1.2.840.10045.2.1"
            let name = unsafe String(cString: text).prefix { $0 != ":" }
            let properties = unsafe entry.pointee.property_definition.map { unsafe String(cString: $0) } ?? ""
            if names.contains(String(name)), operation != OSSL_OP_DECODER || properties.hasSuffix(keyForm) {
                unsafe kept.append(improved(entry.pointee, String(name), operation))
            }
            unsafe next = entry + 1
        }
        let count = unsafe kept.count
        let list = UnsafeMutablePointer<OSSL_ALGORITHM>.allocate(capacity: count + 1)
        for index in 0..<count { unsafe (list + index).initialize(to: kept[index]) }
        unsafe (list + count).initialize(to: OSSL_ALGORITHM())
        return unsafe UnsafePointer(list)
    }

    /// With functions of ours where they save something.
    private static func improved(_ algorithm: OSSL_ALGORITHM, _ name: String, _ operation: Int32) -> OSSL_ALGORITHM {
        guard let start = unsafe algorithm.implementation else { return unsafe algorithm }
        let own = unsafe DispatchTable(start: start)
        var improved: DispatchTable?
        switch operation {
        case OSSL_OP_CIPHER: improved = RecordCipher.functions(own, of: name)
        case OSSL_OP_DECODER where name == "EC": unsafe improved = core.flatMap { KnownKeys.functions(own, core: $0) }
        default: break
        }
        var algorithm = unsafe algorithm
        if let improved { unsafe algorithm.implementation = improved.start }
        return unsafe algorithm
    }

    /// What the provider can be asked (provider(7)): its algorithms, and the groups of TLS.
    private static func makeDispatch() -> UnsafeMutablePointer<OSSL_DISPATCH> {
        let query: @convention(c) (UnsafeMutableRawPointer?, Int32, UnsafeMutablePointer<Int32>?) -> UnsafePointer<OSSL_ALGORITHM>? = {
            _, operation, noCache in
            unsafe noCache?.pointee = 0
            return unsafe TLSLibrary.lists[operation]
        }
        let capabilities:
            @convention(c) (
                UnsafeMutableRawPointer?, UnsafePointer<CChar>?,
                (@convention(c) (UnsafePointer<OSSL_PARAM>?, UnsafeMutableRawPointer?) -> Int32)?, UnsafeMutableRawPointer?
            ) -> Int32 = { _, name, callback, argument in
                unsafe OSSL_PROVIDER_get_capabilities(TLSLibrary.provider, name, callback, argument)
            }
        typealias Function = @convention(c) () -> Void
        let table = UnsafeMutablePointer<OSSL_DISPATCH>.allocate(capacity: 3)
        unsafe table.initialize(
            to: OSSL_DISPATCH(function_id: OSSL_FUNC_PROVIDER_QUERY_OPERATION, function: unsafeBitCast(query, to: Function.self)))
        unsafe (table + 1).initialize(
            to: OSSL_DISPATCH(
                function_id: OSSL_FUNC_PROVIDER_GET_CAPABILITIES, function: unsafeBitCast(capabilities, to: Function.self)))
        unsafe (table + 2).initialize(to: OSSL_DISPATCH())
        return unsafe table
    }
}
