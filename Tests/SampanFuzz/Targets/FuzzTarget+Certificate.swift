internal import SampanCrypto

extension FuzzTarget {
    /// Certificates, requests, keys and revocation lists from outside, in DER and in PEM; the first byte chooses. What is read has names
    /// that can be printed, and its DER is read as the same again.
    static let certificate = FuzzTarget(
        "certificate", maximumBytes: 8_192,
        dictionary: [
            "-----BEGIN CERTIFICATE-----\n".word, "-----END CERTIFICATE-----\n".word, "-----BEGIN CERTIFICATE REQUEST-----\n".word,
            "-----BEGIN X509 CRL-----\n".word, [0x06, 0x03, 0x55, 0x1D, 0x14], [0x06, 0x03, 0x55, 0x1D, 0x15], [0x0A, 0x01],
            [0x30, 0x82], [0x30, 0x80], [0x02, 0x01], [0x06, 0x03, 0x55, 0x1D, 0x11], [0x06, 0x03, 0x55, 0x1D, 0x13], [0x86, 0x25],
            "spiffe://".word, [0x01, 0x01, 0xFF], [0x03, 0x02, 0x05, 0xA0], [0x17, 0x0D], [0x18, 0x0F], "99991231235959Z".word,
            [0xA0, 0x03],
        ], samples: CertificateSample.all
    ) { bytes in
        let content = Array(bytes.dropFirst())
        switch (bytes.first ?? 0) % 7 {
        case 0: return (try? Certificate(der: content)).flatMap(flaw)
        case 1:
            guard let list = try? Certificate.list(pem: content) else { return nil }
            guard list.count <= Certificate.pemLimit else { return "\(list.count) certificates" }
            return list.lazy.compactMap(flaw).first
        case 2: return (try? CertificateRequest(der: content)).flatMap(flaw)
        case 3: return (try? CertificateRequest(pem: content)).flatMap(flaw)
        case 4:
            _ = try? PrivateKey(pem: content)
            return nil
        case 5: return (try? RevocationList(der: content)).flatMap(flaw)
        default: return (try? RevocationList(pem: content)).flatMap(flaw)
        }
    }

    private static func flaw(of certificate: Certificate) -> String? {
        guard (try? Certificate(der: certificate.der)) == certificate else { return "its own DER is another certificate" }
        _ = (certificate.subject, certificate.issuer, certificate.validity, certificate.serial, certificate.purposes)
        _ = (certificate.isAuthority, certificate.issuerKeyID, certificate.subjectKeyID, certificate.issuerNameHash)
        guard certificate.fingerprint.count == 32 else { return "a fingerprint of \(certificate.fingerprint.count) bytes" }
        if let names = certificate.alternativeNames, let flaw = flaw(of: names) { return flaw }
        guard let peer = PeerCertificate(certificate) else { return nil }
        guard peer.uri.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else { return "a peer with a name that is not printable" }
        return nil
    }

    private static func flaw(of request: CertificateRequest) -> String? {
        guard (try? CertificateRequest(der: request.der))?.der == request.der else { return "its own DER is another request" }
        _ = request.subject
        guard let wishes = try? request.requestedExtensions() else { return nil }
        return flaw(of: wishes.names)
    }

    private static func flaw(of list: RevocationList) -> String? {
        guard let again = try? RevocationList(der: list.der), again.entries == list.entries, again.number == list.number else {
            return "its own DER is another list"
        }
        guard list.entries.allSatisfy({ (1...RevokedCertificate.serialLimit).contains($0.serial.count) }) else { return "a bad serial" }
        return nil
    }

    private static func flaw(of names: SubjectAlternativeNames) -> String? {
        let texts = names.uris + names.dnsNames
        guard texts.allSatisfy({ $0.utf8.allSatisfy { (0x21...0x7E).contains($0) } }) else { return "a name that is not printable" }
        return nil
    }

    /// The first bytes of a TLS connection, whole and byte by byte: nobody gets in without a certificate, and it is the peer's fault.
    static let tls = FuzzTarget(
        "tls", maximumBytes: 2_048,
        dictionary: [
            [0x16, 3, 1], [0x16, 3, 3], [0x14, 3, 3, 0, 1, 1], [0x15, 3, 3, 0, 2, 2, 0], [0x17, 3, 3], [1, 0, 1], [0, 0x2B, 0, 3, 2, 3, 4],
            [0, 0x10, 0, 5, 0, 3, 2, 0x68, 0x32], [0, 0x33], [0, 0x0D, 0, 4, 0, 2, 4, 3], [0, 0x29], [0, 0x2A], [0x13, 1], [4, 0, 0, 1],
        ], samples: { _ in [try CertificateSample.clientHello()] }
    ) { bytes in
        guard let context = try? CertificateSample.server.get() else { return "no server context" }
        guard let whole = Handshake(context, bytes, step: max(1, bytes.count)), let cut = Handshake(context, bytes, step: 1) else {
            return "no connection"
        }
        return whole.flaw ?? cut.flaw ?? (whole.label == cut.label ? nil : "\(whole.label), and byte by byte \(cut.label)")
    }

    private struct Handshake {
        /// What ended it; empty when it waits for more.
        private(set) var label = ""
        private(set) var flaw: String?

        init?(_ context: TLSContext, _ bytes: [UInt8], step: Int) {
            guard let connection = try? TLSConnection(context) else { return nil }
            do throws(TLSError) {
                for start in stride(from: 0, to: bytes.count, by: step) {
                    try connection.receive(bytes.span.extracting(start..<min(bytes.count, start + step)))
                }
            } catch {
                label = error.label
                if error.guilty != .peer { flaw = "\(error)" }
            }
            if connection.isHandshakeComplete { flaw = "somebody got in" }
            if connection.bufferedMemory > 64 * 1_024 + 2 * bytes.count { flaw = "\(connection.bufferedMemory) bytes buffered" }
        }
    }
}
