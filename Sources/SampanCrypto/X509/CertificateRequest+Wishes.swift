internal import COpenSSL

extension CertificateRequest {
    /// What the request asks for. Throws `badRequest` when that is malformed, ambiguous or too much to look at.
    package func requestedExtensions() throws(CryptoError) -> RequestedExtensions {
        ErrorQueue.clear()
        // Microsoft's OID for the same is read by OpenSSL too.
        var places: [Int32] = []
        for type in [NID_ext_req, NID_ms_ext_req] {
            var place = unsafe X509_REQ_get_attr_by_NID(pointer, type, -1)
            while place >= 0, places.count < 2 {
                places.append(place)
                place = unsafe X509_REQ_get_attr_by_NID(pointer, type, place)
            }
        }
        guard !places.isEmpty else { return RequestedExtensions() }
        guard places.count == 1 else { throw CryptoError(.badRequest, "the request asks for extensions twice") }
        guard let list = unsafe X509_REQ_get_extensions(pointer) else {
            throw .openSSL(.badRequest, "the extensions that are asked for cannot be read")
        }
        defer { unsafe COpenSSL_EXTENSIONS_free(list) }
        return try unsafe RequestedExtensions(reading: list)
    }

    /// Refuses a request that asks for more than a node's certificate with these names. It may ask for less: what a node gets is the
    /// authority's decision in any case, and what is refused here is refused because the asking itself says that something is wrong.
    ///
    /// Throws `asksForAuthority`, `asksForName`, `asksForUsage`, `asksForExtension`, or what `requestedExtensions` throws.
    package func checkAsksOnly(for granted: SubjectAlternativeNames) throws(CryptoError) {
        let wishes = try requestedExtensions()
        guard !wishes.asksForAuthority, wishes.keyUsages.isDisjoint(with: [.certificateSigning, .listSigning]) else {
            throw CryptoError(.asksForAuthority, "the request asks to sign certificates or revocation lists")
        }
        for (asked, allowed) in [
            (wishes.names.uris, granted.uris), (wishes.names.dnsNames, granted.dnsNames), (wishes.names.addresses, granted.addresses),
        ] {
            if let name = asked.first(where: { !allowed.contains($0) }) {
                throw CryptoError(.asksForName, "the request asks for the name \(name), which was not granted")
            }
        }
        guard wishes.keyUsages.isSubset(of: .digitalSignature), wishes.purposes.isSubset(of: [.server, .client]) else {
            throw CryptoError(.asksForUsage, "the request asks for a use of the key that a node does not have")
        }
        if let other = wishes.others.first {
            throw CryptoError(.asksForExtension, "the request asks for \(other), which no node gets")
        }
    }
}
