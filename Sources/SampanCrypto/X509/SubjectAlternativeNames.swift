internal import COpenSSL

/// The names a certificate is checked by (RFC 5280 §4.2.1.6).
package struct SubjectAlternativeNames: Sendable, Hashable {
    /// URI names; a node's certificate has exactly one, its SPIFFE ID.
    package var uris: [String]
    /// Host names, for stock gRPC clients that insist on one.
    package var dnsNames: [String]
    /// Numeric addresses as text, IPv4 or IPv6.
    package var addresses: [String]

    package init(uris: [String] = [], dnsNames: [String] = [], addresses: [String] = []) {
        self.uris = uris
        self.dnsNames = dnsNames
        self.addresses = addresses
    }

    package var isEmpty: Bool { uris.isEmpty && dnsNames.isEmpty && addresses.isEmpty }

    /// Reads the extension of a certificate; nil when it is malformed, repeated, or holds a name that is not printable ASCII.
    init?(reading certificate: OpaquePointer) {
        var critical: Int32 = 0
        guard let raw = unsafe X509_get_ext_d2i(certificate, NID_subject_alt_name, &critical, nil) else {
            ErrorQueue.clear()
            guard critical == -1 else { return nil }  // -2: there are two; else it cannot be read
            self.init()  // absent
            return
        }
        let names = OpaquePointer(raw)
        defer { unsafe GENERAL_NAMES_free(names) }
        unsafe self.init(names: names)
    }

    /// Reads a GENERAL_NAMES, which stays the caller's; nil for a name that is not printable ASCII. Names of other kinds are passed over.
    init?(names: OpaquePointer) {
        self.init()
        for index in 0..<(unsafe COpenSSL_GENERAL_NAME_count(names)) {
            var type: Int32 = 0
            guard let name = unsafe COpenSSL_GENERAL_NAME_at(names, index) else { return nil }
            let value = unsafe GENERAL_NAME_get0_value(name, &type)
            guard let value = unsafe value else { continue }
            switch type {
            case GEN_URI:
                guard let text = unsafe Self.ascii(OpaquePointer(value)) else { return nil }
                uris.append(text)
            case GEN_DNS:
                guard let text = unsafe Self.ascii(OpaquePointer(value)) else { return nil }
                dnsNames.append(text)
            case GEN_IPADD:
                addresses.append(unsafe Self.address(OpaquePointer(value)))
            default: continue
            }
        }
    }

    /// The bytes of an IA5String without NUL, blanks or anything above ASCII: a name that prints is the name that is compared.
    private static func ascii(_ string: OpaquePointer) -> String? {
        let bytes = unsafe ASN1Value.bytes(UnsafePointer(string))
        guard bytes.allSatisfy({ (0x21...0x7E).contains($0) }) else { return nil }
        return String(validating: bytes, as: UTF8.self)
    }

    private static func address(_ string: OpaquePointer) -> String {
        let bytes = unsafe ASN1Value.bytes(UnsafePointer(string))
        if bytes.count == 4 { return bytes.map(String.init).joined(separator: ".") }
        return stride(from: 0, to: bytes.count - 1, by: 2)
            .map { String(Int(bytes[$0]) << 8 | Int(bytes[$0 + 1]), radix: 16) }.joined(separator: ":")
    }
}
