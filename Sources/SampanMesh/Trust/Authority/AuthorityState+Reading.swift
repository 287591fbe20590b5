package import SampanDomain

/// What a driver has to see of the state: which keys it needs, and what it signs with.
extension AuthorityState {
    /// The issuers that the newest epoch names, in the order in which they came.
    package var issuerCertificates: [AuthorityCertificate] { issuers.map(\.certificate) }
    /// The roots that the newest epoch names, in the order in which they came.
    package var rootCertificates: [AuthorityCertificate] { roots.map(\.certificate) }
    /// What was prepared and is in no epoch yet.
    package var preparedMaterial: RolloverMaterial? { prepared }
    /// Cross certificates (DER) with the key identifier of the root that each leads to, the oldest first.
    package var bridgesToRoots: [(root: [UInt8], certificate: [UInt8])] { bridges.map { ($0.root, $0.certificate) } }

    /// Whether the newest epoch names this issuer.
    package func names(issuer keyID: [UInt8]) -> Bool { issuers.contains { $0.certificate.keyID == keyID } }

    /// Denials that are in force at this moment.
    package func denials(at now: UnixTime) -> [Denial] { denials.values.map(\.denial).filter { $0.isInForce(at: now) } }
}
