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
    /// (design.md: the certificate counts); an app or another gateway on any.
    package func checkMayCharge(_ caller: PeerIdentity, _ institution: InstitutionCode) throws(DomainError) {
        guard known.contains(institution) else {
            throw DomainError(field: "institution_code", message: "\(institution.text) is not an institution of this gateway")
        }
        guard caller.role != .hospital || caller.institution == institution.text else {
            throw DomainError(
                field: "institution_code", message: "\(institution.text) is not the institution of the certificate, \(caller.institution)")
        }
    }
}
