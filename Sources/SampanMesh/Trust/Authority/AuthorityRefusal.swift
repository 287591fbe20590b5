package import SampanRPC

/// Why the authority does not do what it was commanded. Nothing has changed.
package enum AuthorityRefusal: Error, Sendable, Hashable {
    /// There is no authority yet.
    case notFounded
    case alreadyFounded
    /// A root that is none, an issuer that it did not sign, or one that lives longer; which.
    case badAuthority(String)
    /// Of another trust domain than the authority's.
    case wrongDomain(String)
    /// A token of this hash exists already.
    case tokenExists
    case unknownToken
    case tokenExpired
    /// It was used for another request.
    case tokenUsed
    /// The certificate names somebody else than the token or the certificate before.
    case wrongIdentity
    /// The connection's certificate is none that this authority knows as this node's, or it has ended.
    case unknownCertificate
    case denied(Denial)
    /// Signed by an issuer that does not sign now: sign again.
    case notTheActiveIssuer
    /// It would end after its issuer.
    case outlivesIssuer
    /// Revoked is for good; only locks are lifted.
    case revokedForGood
    case unknownNode
    /// Who is kept for would keep for others: there is this institution with this custodian already.
    case custodyChain(String, custodian: String)
    /// A node holds an epoch that this authority never made: another authority signs, or this one's journal was cut short.
    case foreignEpoch(PeerIdentity, number: UInt64)
    case rollover(RolloverRefusal)
    /// The epoch that would say so is past a limit.
    case epoch(EpochError)
}
