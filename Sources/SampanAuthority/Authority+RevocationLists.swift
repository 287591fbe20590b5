internal import SampanCrypto
internal import SampanDomain
internal import SampanMesh
internal import SampanRPC

/// The denials as others read them (RFC 5280 §5).
extension Authority {
    /// Seconds until the next list. A day: lists are for those outside, who fetch them.
    private static let listLife: Int64 = 86_400

    /// One list (DER) for each issuer that the newest epoch names, numbered by the epoch. Nodes and institutions stand in it by the
    /// certificates that they were issued and that have not ended; when the denial was made is not kept, so all say now.
    func revocationLists() async throws(AuthorityError) -> [[UInt8]] {
        try await openKeys()
        let (state, keys, now) = (state, keys, clock.wall())
        return try await store.blocking {
            var lists: [[UInt8]] = []
            for issuer in state.issuerCertificates {
                let authority = try keys.authority(issuer)
                let reasons = Self.reasons(issuer.keyID, state, now)
                let list = try AuthorityError.crypto { () throws(CryptoError) in
                    var entries: [RevokedCertificate] = []
                    for (serial, reason) in reasons {
                        entries.append(try RevokedCertificate(serial: serial.bytes, time: now.seconds, reason: reason))
                    }
                    return try authority.revocationList(
                        number: state.epochNumber,
                        validity: CertificateValidity(notBefore: now.seconds, notAfter: now.seconds + Self.listLife), entries: entries)
                }
                lists.append(list.der)
            }
            return lists
        }
    }

    /// Serials of one issuer that are refused. Who is revoked and locked is revoked.
    private static func reasons(_ issuer: [UInt8], _ state: AuthorityState, _ now: UnixTime) -> [SerialNumber: RevocationReason] {
        var reasons: [SerialNumber: RevocationReason] = [:]
        func add(_ serial: SerialNumber, _ denial: Denial) {
            if denial.reason == .locked, reasons[serial] != nil { return }
            reasons[serial] = denial.reason.revocation
        }
        for denial in state.denials(at: now) {
            if case .certificate(let name) = denial.subject {
                if name.issuerKeyID == issuer { add(name.serial, denial) }
                continue
            }
            for (identity, node) in state.nodes
            where denial.subject == .node(identity) || denial.subject == .institution(identity.institution) {
                for certificate in node.certificates where certificate.name.issuerKeyID == issuer { add(certificate.name.serial, denial) }
            }
        }
        return reasons
    }
}

extension Denial.Reason {
    fileprivate var revocation: RevocationReason {
        switch self {
        case .keyCompromise: .keyCompromise
        case .cessation: .cessationOfOperation
        case .superseded: .superseded
        case .privilegeWithdrawn: .privilegeWithdrawn
        case .locked: .hold
        }
    }
}
