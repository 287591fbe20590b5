internal import COpenSSL

/// What a request asks for beside a certificate for its key (extensionRequest, RFC 2985 §5.4.2): wishes, all of them.
package struct RequestedExtensions: Sendable, Hashable {
    package private(set) var names = SubjectAlternativeNames()
    /// Asks to sign other certificates (basicConstraints).
    package private(set) var asksForAuthority = false
    package private(set) var keyUsages: KeyUsages = []
    package private(set) var purposes: CertificatePurposes = []
    /// Everything else, for a person to read: OIDs or OpenSSL's names of extensions, and what of the known ones we do not know.
    package private(set) var others: [String] = []

    /// Most extensions looked at: a node asks for two.
    private static let countLimit = 32

    /// No wishes.
    init() {}

    /// Reads a list of extensions, which stays the caller's. Throws `badRequest` for one that is malformed or stands twice.
    init(reading list: OpaquePointer) throws(CryptoError) {
        let count = unsafe X509v3_get_ext_count(list)
        guard count <= Self.countLimit else { throw CryptoError(.badRequest, "more than \(Self.countLimit) extensions are asked for") }
        var seen: Set<String> = []
        for index in 0..<max(0, count) {
            guard let wish = unsafe X509v3_get_ext(list, index), let object = unsafe X509_EXTENSION_get_object(wish) else { continue }
            let name = unsafe Self.name(object)
            guard seen.insert(name).inserted else { throw CryptoError(.badRequest, "the extension \(name) is asked for twice") }
            try unsafe add(wish, OBJ_obj2nid(object), name)
        }
    }

    private mutating func add(_ wish: OpaquePointer, _ type: Int32, _ name: String) throws(CryptoError) {
        switch type {
        case NID_subject_alt_name, NID_basic_constraints, NID_key_usage, NID_ext_key_usage: break
        // Follows from the key; the authority computes its own.
        case NID_subject_key_identifier: return
        default:
            others.append(name)
            return
        }
        guard let raw = unsafe X509V3_EXT_d2i(wish) else { throw .openSSL(.badRequest, "the extension \(name) cannot be read") }
        switch type {
        case NID_subject_alt_name: try unsafe addNames(OpaquePointer(raw))
        case NID_basic_constraints:
            let constraints = unsafe raw.assumingMemoryBound(to: BASIC_CONSTRAINTS.self)
            asksForAuthority = unsafe constraints.pointee.ca != 0
            unsafe BASIC_CONSTRAINTS_free(constraints)
        case NID_key_usage:
            let bits = unsafe raw.assumingMemoryBound(to: ASN1_BIT_STRING.self)
            let bytes = unsafe ASN1Value.bytes(bits)
            keyUsages = KeyUsages(rawValue: UInt32(bytes.first ?? 0) | UInt32(bytes.dropFirst().first ?? 0) << 8)
            unsafe ASN1_BIT_STRING_free(bits)
        default:
            let list = OpaquePointer(raw)
            let read = unsafe PurposeList(reading: list)
            unsafe EXTENDED_KEY_USAGE_free(list)
            purposes = read.known
            if read.hasOthers { others.append("\(name) of an unknown kind") }
        }
    }

    /// Takes over the list.
    private mutating func addNames(_ list: OpaquePointer) throws(CryptoError) {
        defer { unsafe GENERAL_NAMES_free(list) }
        guard let read = unsafe SubjectAlternativeNames(names: list) else {
            throw CryptoError(.badRequest, "a name that is asked for is not printable ASCII")
        }
        names = read
        let known = read.uris.count + read.dnsNames.count + read.addresses.count
        let count = unsafe Int(COpenSSL_GENERAL_NAME_count(list))
        if known != count { others.append("names of an unknown kind") }
    }

    private static func name(_ object: OpaquePointer) -> String {
        var text = [CChar](repeating: 0, count: 80)
        let count = unsafe OBJ_obj2txt(&text, Int32(text.count), object, 0)
        return String(decoding: text.prefix(max(0, min(Int(count), text.count - 1))).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
