internal import SampanCrypto
internal import SampanRPC

/// A trust domain on one person's disk: root and issuing authority as files, node keys made here.
///
/// For development and tests: in production a key never leaves the node that made it. Blocks on the disk; call at a program's start or
/// from a thread of its own. `now` is in seconds since 1970.
package struct DevelopmentAuthority: Sendable {
    /// Where one issued identity was written.
    package struct IssuedFiles: Sendable, Hashable {
        /// The leaf, then the issuing authority.
        package let certificate: String
        /// Mode 0600.
        package let key: String
    }

    package let trustDomain: String
    package let files: AuthorityFiles
    private let issuing: CertificateAuthority

    /// Makes root, issuing authority and trust bundle in `directory` (made with 0700 when missing), valid for `days` (1 to 36 500).
    ///
    /// Throws `fileExists`, with nothing changed, when one of the files is there and `overwrite` is false; else `badIdentity`,
    /// `badLifetime`, `fileNotWritten`, or a crypto reason such as a name over 64 characters.
    package static func create(
        directory: String, trustDomain: String, organization: String?, days: Int, now: Int64, overwrite: Bool = false
    ) throws(TrustError) -> DevelopmentAuthority {
        try check(trustDomain: trustDomain)
        let validity = try validity(days: days, now: now)
        let files = AuthorityFiles(directory: directory)
        if !overwrite, let taken = files.all.first(where: WholeFile.exists) {
            throw TrustError(.fileExists, "\(taken) exists; --force makes a new authority, and every certificate of the old one void")
        }
        let (root, issuing) = try TrustError.translating { () throws(CryptoError) in
            try makeAuthorities(trustDomain, organization, validity)
        }
        try write(root, issuing, files, overwrite)
        return DevelopmentAuthority(trustDomain: trustDomain, files: files, issuing: issuing)
    }

    private init(trustDomain: String, files: AuthorityFiles, issuing: CertificateAuthority) {
        self.trustDomain = trustDomain
        self.files = files
        self.issuing = issuing
    }

    /// Opens what `create` made. Throws `badAuthority` for an issuing certificate that names no trust domain, and what reading the
    /// files throws.
    package init(directory: String) throws(TrustError) {
        let files = AuthorityFiles(directory: directory)
        let issuing = try TrustError.translating { () throws(CryptoError) in
            let identity = try CredentialFile.identity(certificate: files.issuingCertificate, key: files.issuingKey)
            return try CertificateAuthority(certificate: identity.leaf, key: identity.key)
        }
        let scheme = "spiffe://"
        guard let uri = issuing.certificate.alternativeNames?.uris.first, uri.hasPrefix(scheme) else {
            throw TrustError(.badAuthority, "\(files.issuingCertificate) names no trust domain; was it made by `sampan certs init`?")
        }
        let trustDomain = String(uri.dropFirst(scheme.count))
        try Self.check(trustDomain: trustDomain)
        self.init(trustDomain: trustDomain, files: files, issuing: issuing)
    }

    /// Makes a key and its certificate and writes `<prefix>.key` and `<prefix>.pem`; without a prefix,
    /// `<directory>/<role>-<institution>-<node>`. Throws as `create` does, and for an authority that has expired.
    package func issue(
        _ request: NodeCertificateRequest, prefix: String? = nil, now: Int64, overwrite: Bool = false
    ) throws(TrustError) -> IssuedFiles {
        let identity = request.identity
        guard identity.trustDomain == trustDomain else {
            throw TrustError(.badIdentity, "this authority issues for \(trustDomain), not for \(identity.trustDomain)")
        }
        let validity = try Self.validity(days: request.days, now: now)
        let prefix = prefix ?? "\(files.directory)/\(identity.role.rawValue)-\(identity.institution)-\(identity.node)"
        let issued = IssuedFiles(certificate: "\(prefix).pem", key: "\(prefix).key")
        if !overwrite, let taken = [issued.key, issued.certificate].first(where: WholeFile.exists) {
            throw TrustError(.fileExists, "\(taken) exists; --force replaces it")
        }
        let (key, chain) = try TrustError.translating { () throws(CryptoError) in
            try make(request, validity)
        }
        // The key first: a certificate in its place tells that its key is there too.
        try WholeFile.write(key, to: issued.key, mode: 0o600, overwrite: overwrite)
        try WholeFile.write(chain, to: issued.certificate, mode: 0o644, overwrite: overwrite)
        return issued
    }

    // MARK: Steps

    private func make(
        _ request: NodeCertificateRequest, _ validity: CertificateValidity
    ) throws(CryptoError) -> (key: [UInt8], chain: [UInt8]) {
        let names = SubjectAlternativeNames(
            uris: [request.identity.uri], dnsNames: request.dnsNames, addresses: request.addresses)
        let key = try PrivateKey.generate()
        let subject = DistinguishedName(organization: request.organization, commonName: request.identity.node)
        let leaf = try issuing.issue(.node(names: names), subject: subject, key: key, validity: validity)
        return (try key.pem(), try leaf.pem() + issuing.certificate.pem())
    }

    private static func makeAuthorities(
        _ trustDomain: String, _ organization: String?, _ validity: CertificateValidity
    ) throws(CryptoError) -> (root: CertificateAuthority, issuing: CertificateAuthority) {
        let root = try CertificateAuthority.selfSigned(
            subject: DistinguishedName(organization: organization, commonName: "Sampan development root"),
            key: try PrivateKey.generate(), validity: validity, trustDomain: trustDomain)
        let key = try PrivateKey.generate()
        let certificate = try root.issue(
            .issuing(trustDomain: trustDomain),
            subject: DistinguishedName(organization: organization, commonName: "Sampan development issuing CA"),
            key: key, validity: validity)
        return (root, try CertificateAuthority(certificate: certificate, key: key))
    }

    private static func write(
        _ root: CertificateAuthority, _ issuing: CertificateAuthority, _ files: AuthorityFiles, _ overwrite: Bool
    ) throws(TrustError) {
        let (rootPEM, rootKey, issuingPEM, issuingKey) = try TrustError.translating { () throws(CryptoError) in
            (try root.certificate.pem(), try root.key.pem(), try issuing.certificate.pem(), try issuing.key.pem())
        }
        try WholeFile.makeDirectory(files.directory)
        try WholeFile.write(rootKey, to: files.rootKey, mode: 0o600, overwrite: overwrite)
        try WholeFile.write(rootPEM, to: files.rootCertificate, mode: 0o644, overwrite: overwrite)
        try WholeFile.write(issuingKey, to: files.issuingKey, mode: 0o600, overwrite: overwrite)
        try WholeFile.write(issuingPEM, to: files.issuingCertificate, mode: 0o644, overwrite: overwrite)
        try WholeFile.write(rootPEM, to: files.trust, mode: 0o644, overwrite: overwrite)
    }

    private static func check(trustDomain: String) throws(TrustError) {
        if !TrustDomainName.isValid(trustDomain) {
            throw TrustError(
                .badIdentity, "\"\(trustDomain)\" is no trust domain: 1 to 255 of a-z 0-9 . - _, for example sampan.test")
        }
    }

    private static func validity(days: Int, now: Int64) throws(TrustError) -> CertificateValidity {
        guard (1...36_500).contains(days) else { throw TrustError(.badLifetime, "a lifetime is 1 to 36500 days") }
        return CertificateValidity(from: now, lasting: Int64(days) * 86_400)
    }
}
