/// Follows changes of roots over bridges (`CertificateProfile.bridge`): each certifies the key of a newer root, which is then believed as
/// the older one is.
///
/// One by one, and not as one long chain: what a bridge says about the length of chains holds for each step alone, and OpenSSL, which
/// takes the first of several issuers of one name, would not find the way.
package enum BridgeCrossing {
    /// Bridges that are looked at. 16: as many as an epoch has; a hostile peer costs at most some 130 verifications of 70 µs.
    package static let limit = 16

    /// The bridges among `certificates` that are good under `roots`, or under bridges that are: where a chain may end as at a root
    /// (`ChainVerifier.init(roots:anchors:)`). Nothing about `certificates` is believed.
    /// - Parameter time: seconds since 1970.
    package static func crossed(_ certificates: [Certificate], from roots: [Certificate], at time: Int64) -> [Certificate] {
        // An issuer, which may sign no authority, is no bridge.
        var bridges = Array(certificates.filter { $0.isAuthority && !isRoot($0) && $0.pathLength != 0 }.prefix(limit))
        var crossed: [Certificate] = []
        while !bridges.isEmpty, let verifier = try? ChainVerifier(roots: roots, anchors: crossed),
            let next = bridges.first(where: { (try? verifier.verify($0, intermediates: [], at: time, for: .authority)) != nil })
        {
            crossed.append(next)
            bridges.removeAll { $0 == next }
        }
        return crossed
    }

    /// Signed by its own key, as far as its key identifiers say; that it is so is what a verification finds.
    package static func isRoot(_ certificate: Certificate) -> Bool {
        certificate.isAuthority && certificate.isSelfIssued
            && (certificate.issuerKeyID.isEmpty || certificate.issuerKeyID == certificate.subjectKeyID)
    }
}
