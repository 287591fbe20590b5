internal import COpenSSL

/// An extended key usage extension (RFC 5280 §4.2.1.12) as it was read.
struct PurposeList {
    /// What we know of it.
    var known: CertificatePurposes = []
    /// Whether it names anything else, `anyExtendedKeyUsage` among it.
    var hasOthers = false

    // Sendable: made once, only read afterwards and never freed.
    nonisolated(unsafe) private static let epochSigner: OpaquePointer? = unsafe OBJ_txt2obj(CertificatePurposes.epochSignerOID, 1)

    /// Reads an EXTENDED_KEY_USAGE, which stays the caller's.
    init(reading list: OpaquePointer) {
        for index in 0..<(unsafe COpenSSL_ASN1_OBJECT_count(list)) {
            let object = unsafe COpenSSL_ASN1_OBJECT_at(list, index)
            switch unsafe OBJ_obj2nid(object) {
            case NID_server_auth: known.insert(.server)
            case NID_client_auth: known.insert(.client)
            default:
                if let own = unsafe Self.epochSigner, unsafe OBJ_cmp(object, own) == 0 {
                    known.insert(.epochSigner)
                } else {
                    hasOthers = true
                }
            }
        }
    }
}
