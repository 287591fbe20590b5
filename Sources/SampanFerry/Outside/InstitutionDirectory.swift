package import SampanDomain
package import SampanRPC

/// The institutions whose HIS this gateway reaches.
package struct InstitutionDirectory: Sendable {
    /// How codes are written in this region.
    package let scheme: InstitutionCode.Scheme
    private let known: Set<InstitutionCode>

    /// Throws for a code that is none.
    package init(codes: [String], scheme: InstitutionCode.Scheme) throws(DomainError) {
        var known: Set<InstitutionCode> = []
        for code in codes { known.insert(try InstitutionCode(code, scheme: scheme)) }
        self.scheme = scheme
        self.known = known
    }

    /// Throws unless the institution is reached here and the caller may act on it: a hospital only on itself, whatever a message says
    /// (design.md: the certificate counts); an app or another gateway on any. INVALID_ARGUMENT for an institution that is not reached,
    /// PERMISSION_DENIED for one that is not the caller's.
    package func checkMayCharge(_ caller: PeerIdentity, _ institution: InstitutionCode) throws(RPCError) {
        guard known.contains(institution) else {
            let unknown = DomainError(field: "institution_code", message: "\(institution.text) is not an institution of this gateway")
            throw RPCError(invalid: unknown)
        }
        guard caller.role != .hospital || caller.institution == institution.text else {
            throw RPCError(
                .permissionDenied, reason: "OTHER_INSTITUTION",
                "institution_code: \(institution.text) is not the institution of the certificate, \(caller.institution)")
        }
    }
}
