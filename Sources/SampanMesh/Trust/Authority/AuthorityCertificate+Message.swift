internal import SampanAPI
internal import SampanDomain
internal import SampanRPC

extension AuthorityCertificate {
    var message: TrustV1.AuthorityCertificate {
        TrustV1.AuthorityCertificate(certificate: certificate, keyID: keyID, parentKeyID: parentKeyID, endsAt: endsAt.message)
    }

    init(_ message: TrustV1.AuthorityCertificate?, _ field: String) throws(EpochError) {
        guard let message else { throw EpochError(.missing, field, "no certificate") }
        try self.init(
            certificate: message.certificate, keyID: message.keyID, parentKeyID: message.parentKeyID,
            endsAt: UnixTime(required: message.endsAt, field: "\(field).ends_at"))
    }
}

extension EnrollmentToken {
    var message: TrustV1.TokenCreated {
        TrustV1.TokenCreated(
            tokenHash: hash, identity: identity.uri, dnsNames: dnsNames, addresses: addresses, expiresAt: expiresAt.message)
    }

    init(_ message: TrustV1.TokenCreated) throws(EpochError) {
        try self.init(
            hash: message.tokenHash, identity: PeerIdentity(field: "identity", message.identity), dnsNames: message.dnsNames,
            addresses: message.addresses, expiresAt: UnixTime(required: message.expiresAt, field: "expires_at"))
    }
}

extension IssuedCertificate {
    func message(token: [UInt8]?) -> TrustV1.CertificateIssued {
        TrustV1.CertificateIssued(
            identity: identity.uri, issuerKeyID: name.issuerKeyID, serial: name.serial.bytes, endsAt: endsAt.message,
            requestHash: requestHash, tokenHash: token ?? [], certificate: certificate)
    }

    init(_ message: TrustV1.CertificateIssued) throws(EpochError) {
        guard let serial = SerialNumber(message.serial) else { throw EpochError(.badValue, "serial", "1 to 20 bytes") }
        try self.init(
            identity: PeerIdentity(field: "identity", message.identity),
            name: CertificateName(issuerKeyID: message.issuerKeyID, serial: serial),
            endsAt: UnixTime(required: message.endsAt, field: "ends_at"), requestHash: message.requestHash,
            certificate: message.certificate)
    }
}

extension PeerIdentity {
    /// Reads a SPIFFE name out of a field of a message.
    init(field: String, _ uri: String) throws(EpochError) {
        do throws(PeerIdentityError) { try self.init(uri: uri) } catch { throw EpochError(.badValue, field, "not a node's name") }
    }
}
