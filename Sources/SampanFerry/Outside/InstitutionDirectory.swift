package import SampanDomain
package import SampanRPC

/// The institutions whose HIS this gateway reaches.
package struct InstitutionDirectory: Sendable {
    /// How codes are written in this region.
    package let scheme: InstitutionCode.Scheme
    private let known: Set<InstitutionCode>
    /// In order.
    package let codes: [String]

    /// Throws for a code that is none.
    package init(codes: [String], scheme: InstitutionCode.Scheme) throws(DomainError) {
        var known: Set<InstitutionCode> = []
        for code in codes { known.insert(try InstitutionCode(code, scheme: scheme)) }
        self.scheme = scheme
        self.known = known
        self.codes = codes.sorted()
    }

    /// The institution, if it is reached here. Throws INVALID_ARGUMENT for any other.
    package func known(_ code: String) throws(RPCError) -> InstitutionCode {
        do throws(DomainError) {
            let institution = try InstitutionCode(code, scheme: scheme)
            guard known.contains(institution) else {
                throw DomainError(field: "institution_code", message: "\(code) is not an institution of this gateway")
            }
            return institution
        } catch {
            throw RPCError(invalid: error)
        }
    }

    /// Every one of `list`, or all that are reached here where it is empty.
    package func known(or list: [String]) throws(RPCError) -> [String] {
        for code in list { _ = try known(code) }
        return list.isEmpty ? codes : list
    }

    /// Throws unless the caller may act on the institution and it is reached here: a hospital only on itself, whatever a message says
    /// (design.md: the certificate counts; PERMISSION_DENIED), an app or another gateway on any that is known (else INVALID_ARGUMENT).
    package func checkMayCharge(_ caller: PeerIdentity, _ institution: InstitutionCode) throws(RPCError) {
        // Before the look at what is known, so that a hospital cannot ask whose HIS is reached here.
        guard caller.role != .hospital || caller.institution == institution.text else {
            throw RPCError(
                .permissionDenied, reason: "NOT_OWN_INSTITUTION",
                "institution_code \(institution.text) is not the institution of the certificate, \(caller.institution)")
        }
        guard known.contains(institution) else {
            throw RPCError(
                invalid: DomainError(field: "institution_code", message: "\(institution.text) is not an institution of this gateway"))
        }
    }
}
