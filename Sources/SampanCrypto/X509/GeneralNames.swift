internal import COpenSSL

/// A GENERAL_NAMES list built value by value: no text from outside passes through OpenSSL's configuration syntax, where a comma in
/// a name would become a second name.
@safe final class GeneralNames {
    let pointer: OpaquePointer

    init(_ names: SubjectAlternativeNames) throws(CryptoError) {
        guard let pointer = unsafe GENERAL_NAMES_new() else { throw .openSSL(.library, "no list of names") }
        unsafe self.pointer = pointer
        for uri in names.uris { try add(GEN_URI, Self.printable(uri)) }
        for name in names.dnsNames { try add(GEN_DNS, Self.printable(name)) }
        for address in names.addresses { try addAddress(address) }
    }

    deinit {
        unsafe GENERAL_NAMES_free(pointer)
    }

    private static func printable(_ name: String) throws(CryptoError) -> [UInt8] {
        let bytes = Array(name.utf8)
        guard (1...2048).contains(bytes.count), bytes.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw CryptoError(.badName, "an alternative name is empty, too long, or not printable ASCII without blanks")
        }
        return bytes
    }

    private func add(_ type: Int32, _ bytes: [UInt8]) throws(CryptoError) {
        guard let value = unsafe ASN1_STRING_type_new(V_ASN1_IA5STRING) else { throw .openSSL(.library, "no name") }
        guard unsafe ASN1_STRING_set(value, bytes, Int32(clamping: bytes.count)) == 1 else {
            unsafe ASN1_STRING_free(value)
            throw .openSSL(.library, "no name")
        }
        unsafe try push(type, UnsafeMutableRawPointer(value))
    }

    private func addAddress(_ text: String) throws(CryptoError) {
        guard let value = unsafe a2i_IPADDRESS(text) else {
            throw .openSSL(.badName, "\"\(text)\" is not an IPv4 or IPv6 address")
        }
        unsafe try push(GEN_IPADD, UnsafeMutableRawPointer(value))
    }

    /// Takes over the value, also when it throws.
    private func push(_ type: Int32, _ value: UnsafeMutableRawPointer) throws(CryptoError) {
        guard let name = unsafe GENERAL_NAME_new() else {
            unsafe ASN1_STRING_free(value.assumingMemoryBound(to: ASN1_STRING.self))
            throw .openSSL(.library, "no name")
        }
        unsafe GENERAL_NAME_set0_value(name, type, value)
        guard unsafe COpenSSL_GENERAL_NAME_push(pointer, name) > 0 else {
            unsafe GENERAL_NAME_free(name)
            throw .openSSL(.library, "no name")
        }
    }
}
