internal import COpenSSL

/// The subject or issuer of a certificate, for people to read: policy goes by the URI name, never by this.
package struct DistinguishedName: Sendable, Hashable {
    /// O: the institution as it calls itself, in any script; at most 64 characters.
    package var organization: String?
    /// CN: what the certificate is for; at most 64 characters.
    package var commonName: String

    package init(organization: String? = nil, commonName: String) {
        self.organization = organization
        self.commonName = commonName
    }

    /// Writes the fields into an empty X509_NAME.
    func write(to name: OpaquePointer) throws(CryptoError) {
        if let organization { unsafe try Self.add(organization, NID_organizationName, to: name) }
        unsafe try Self.add(commonName, NID_commonName, to: name)
    }

    private static func add(_ text: String, _ field: Int32, to name: OpaquePointer) throws(CryptoError) {
        guard !text.isEmpty, text.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7F }) else {
            throw CryptoError(.badName, "a subject name is empty or holds a control character")
        }
        let bytes = Array(text.utf8)
        guard unsafe X509_NAME_add_entry_by_NID(name, field, MBSTRING_UTF8, bytes, Int32(clamping: bytes.count), -1, 0) == 1
        else {
            throw .openSSL(.badName, "the subject name \"\(text)\" is longer than 64 characters")
        }
    }

    /// Reads the first O and CN of a name; nil for a field that is absent or not text.
    init(reading name: OpaquePointer?) {
        organization = unsafe Self.text(NID_organizationName, of: name)
        commonName = unsafe Self.text(NID_commonName, of: name) ?? ""
    }

    private static func text(_ field: Int32, of name: OpaquePointer?) -> String? {
        let index = unsafe X509_NAME_get_index_by_NID(name, field, -1)
        guard index >= 0, let entry = unsafe X509_NAME_get_entry(name, index) else { return nil }
        var start: UnsafeMutablePointer<UInt8>?
        let count = unsafe ASN1_STRING_to_UTF8(&start, X509_NAME_ENTRY_get_data(entry))
        guard count >= 0, let start = unsafe start else {
            ErrorQueue.clear()
            return nil
        }
        defer { unsafe CRYPTO_free(start, nil, 0) }
        return unsafe String(validating: UnsafeBufferPointer(start: start, count: Int(count)), as: UTF8.self)
    }
}
