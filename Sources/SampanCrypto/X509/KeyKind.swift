internal import COpenSSL

/// What a key is, by algorithm and size. The mesh makes and takes P-256 alone, and payment channels have RSA;
/// the rest is told apart to be named in a refusal.
package enum KeyKind: Sendable, Hashable {
    /// The curve P-256, named by its OID.
    case p256
    /// Another named curve, by OpenSSL's name.
    case curve(String)
    /// A curve that is spelled out instead of named, P-256's own numbers too: RFC 5480 §2.1.1 forbids it, and numbers that only
    /// resemble a known curve's forge signatures (CVE-2020-0601).
    case explicitCurve
    case rsa(bits: Int)
    /// Anything else, by OpenSSL's name, for example `ED25519`.
    case other(String)

    /// Reads a key, public or private, which stays the caller's.
    init(reading pointer: OpaquePointer) {
        defer { ErrorQueue.clear() }
        if unsafe EVP_PKEY_is_a(pointer, "RSA") == 1 {
            self = .rsa(bits: unsafe Int(EVP_PKEY_get_bits(pointer)))
            return
        }
        guard unsafe EVP_PKEY_is_a(pointer, "EC") == 1 else {
            self = .other(unsafe EVP_PKEY_get0_type_name(pointer).map { unsafe String(cString: $0) } ?? "unknown")
            return
        }
        var isExplicit: Int32 = 0
        var name = [CChar](repeating: 0, count: 64)
        var count = 0
        guard unsafe EVP_PKEY_get_int_param(pointer, OSSL_PKEY_PARAM_EC_DECODED_FROM_EXPLICIT_PARAMS, &isExplicit) == 1, isExplicit == 0,
            unsafe EVP_PKEY_get_group_name(pointer, &name, name.count, &count) == 1
        else {
            self = .explicitCurve
            return
        }
        let text = String(decoding: name[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
        // By name: other curves have 256 bits too.
        self = text == "prime256v1" ? .p256 : .curve(text)
    }

    /// Throws `unsupportedKey` for any kind but P-256; `subject` begins the sentence, for example "the request is for".
    func requireP256(_ subject: String) throws(CryptoError) {
        guard self == .p256 else { throw CryptoError(.unsupportedKey, "\(subject) \(self); only P-256 is taken") }
    }

    /// Throws `unsupportedKey` for any kind but RSA of these sizes.
    func requireRSA(_ sizes: ClosedRange<Int>, _ subject: String) throws(CryptoError) {
        guard case .rsa(let bits) = self, sizes.contains(bits) else {
            throw CryptoError(
                .unsupportedKey, "\(subject) \(self); only RSA of \(sizes.lowerBound) to \(sizes.upperBound) bits is taken here")
        }
    }
}

extension KeyKind: CustomStringConvertible {
    package var description: String {
        switch self {
        case .p256: "a P-256 key"
        case .curve(let name): "a key on the curve \(name)"
        case .explicitCurve: "a key on a curve without a name"
        case .rsa(let bits): "an RSA key of \(bits) bits"
        case .other(let name): "a key of kind \(name)"
        }
    }
}
