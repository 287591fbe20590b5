package import SampanDomain
package import SampanRPC

/// One change of the authority's state. What it says has been decided: applying it asks nothing again.
package enum AuthorityEvent: Sendable, Hashable {
    case founded(trustDomain: String, root: AuthorityCertificate, issuer: AuthorityCertificate)
    case tokenCreated(EnrollmentToken)
    /// `token` is the hash of the token that it used up; nil for a renewal.
    case certificateIssued(IssuedCertificate, token: [UInt8]?)
    /// After `forgetAt` what it denies has ended anyway; nil when that is not known.
    case denialMade(Denial, forgetAt: UnixTime?)
    case denialLifted(Denial.Subject)
    case rolloverPlanned(number: UInt64, kind: Rollover.Kind)
    case rolloverPrepared(number: UInt64, RolloverMaterial)
    /// Any verb but those two. `epochNumber` is 0 when no epoch says so.
    case rolloverAdvanced(number: UInt64, Rollover.Verb, epochNumber: UInt64)
    case nodesLeftBehind([PeerIdentity])
    case nodeAcknowledged(PeerIdentity, number: UInt64, issuerKeyID: [UInt8])
    case settingsChanged(AuthoritySettings)
    /// The route of a name from now on; nil for none. A region's other routes are not told again: of 1,000 nodes they would be 130 KB.
    case routeChanged(String, EpochRoute?)
    /// Nil: nobody keeps it any more.
    case custodianChanged(EpochCustodian.Matter, EpochCustodian?)
    case epochIssued(number: UInt64, bytes: [UInt8], hash: [UInt8])
}

/// All that one command changed: durable together or not at all, so that no crash leaves half of a command.
package struct AuthorityRecord: Sendable, Hashable {
    /// By the authority's clock.
    package let at: UnixTime
    /// Who commanded it: a SPIFFE name, or a word such as `offline`.
    package let actor: String
    package let events: [AuthorityEvent]

    package init(at: UnixTime, actor: String, events: [AuthorityEvent]) {
        self.at = at
        self.actor = actor
        self.events = events
    }

    /// The epoch that this record has made, serialized; nil when it made none.
    package var epoch: (number: UInt64, bytes: [UInt8])? {
        for case .epochIssued(let number, let bytes, _) in events { return (number, bytes) }
        return nil
    }
}
