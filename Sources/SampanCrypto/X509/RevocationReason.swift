/// Why a certificate is in a revocation list (CRLReason, RFC 5280 §5.3.1), by the numbers there. removeFromCRL (8) is for delta lists,
/// which we neither make nor take.
package enum RevocationReason: Int, Sendable, Hashable, CaseIterable {
    /// Written by leaving the reason out.
    case unspecified = 0
    case keyCompromise = 1
    case authorityCompromise = 2
    case affiliationChanged = 3
    case superseded = 4
    case cessationOfOperation = 5
    /// Refused for the time being (`sampan lock`).
    case hold = 6
    case privilegeWithdrawn = 9
    case attributeAuthorityCompromise = 10
}
