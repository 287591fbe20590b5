internal import SampanCrypto
internal import SampanTransport

extension EpochFollower.Own {
    /// Of what a node shows.
    init(_ credentials: NodeCredentials) {
        let names = credentials.chain.compactMap { certificate in
            SerialNumber(certificate.serial).map { CertificateName(issuerKeyID: certificate.issuerKeyID, serial: $0) }
        }
        // A leaf without its issuer has none that an epoch could list.
        self.init(identity: credentials.identity, chain: names, issuer: credentials.chain.dropFirst().first?.der ?? [])
    }
}
