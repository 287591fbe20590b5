internal import COpenSSL

extension RevocationList {
    /// Returns when the list is `issuer`'s, in force at `now`, and not older than one that was seen. Once, when it is loaded; what becomes
    /// of it afterwards is time's work alone: look at `validity` again before it ends.
    ///
    /// Whether the issuer may be believed is another question (`ChainVerifier`).
    ///
    /// - Parameters:
    ///   - now: seconds since 1970; both ends of the list's validity count.
    ///   - least: the largest number that was seen of this issuer; the same list again is no step back.
    ///
    /// Throws `wrongIssuer`, `notAnAuthority` (no cRLSign), `authenticationFailed`, `notYetValid`, `expired`, `goesBack`.
    package func verify(by issuer: Certificate, at now: Int64, numberAtLeast least: UInt64 = 0) throws(CryptoError) {
        ErrorQueue.clear()
        defer { ErrorQueue.clear() }
        guard unsafe X509_NAME_cmp(X509_CRL_get_issuer(pointer), X509_get_subject_name(issuer.pointer)) == 0,
            issuerKeyID == issuer.subjectKeyID
        else { throw CryptoError(.wrongIssuer, "the revocation list is another authority's") }
        guard issuer.isAuthority, issuer.keyUsages?.contains(.listSigning) ?? true else {
            throw CryptoError(.notAnAuthority, "the issuer may not sign revocation lists")
        }
        try verifySignature(by: issuer)
        guard now >= validity.notBefore else { throw CryptoError(.notYetValid, "the revocation list is not in force yet") }
        guard now <= validity.notAfter else { throw CryptoError(.expired, "the revocation list has expired") }
        guard number >= least else { throw CryptoError(.goesBack, "revocation list \(number) is older than \(least), which was seen") }
    }

    private func verifySignature(by issuer: Certificate) throws(CryptoError) {
        guard let key = unsafe issuer.publicKey else { throw CryptoError(.unsupportedKey, "the issuer's key is of no kind known here") }
        try unsafe KeyKind(reading: key).requireP256("the issuer's key is")
        // The algorithm that is named outside of the signed part is the one we sign by, with any other the list is not looked at.
        guard unsafe X509_CRL_get_signature_nid(pointer) == NID_ecdsa_with_SHA256, unsafe X509_CRL_verify(pointer, key) == 1
        else { throw CryptoError(.authenticationFailed, "the revocation list was changed, or another key signed it") }
    }
}
