package import SampanRPC

/// What somebody wants of the authority. Certificates in it are made before the command and go out after its record is durable: one that a
/// crash kept in has hurt nobody.
package enum AuthorityCommand: Sendable, Hashable {
    /// Once.
    case found(trustDomain: String, root: AuthorityCertificate, issuer: AuthorityCertificate, settings: AuthoritySettings)
    case createToken(EnrollmentToken)
    /// `AuthorityState.admission` says whom to sign for.
    case enroll(token: [UInt8], IssuedCertificate)
    /// Over the certificate that the connection has shown.
    case renew(over: CertificateName, IssuedCertificate)
    case deny(Denial)
    /// Ends a lock before its time.
    case lift(Denial.Subject)
    case plan(rollover: UInt64, Rollover.Kind)
    case prepare(rollover: UInt64, RolloverMaterial)
    /// Any verb but those two.
    case advance(rollover: UInt64, Rollover.Verb)
    /// A node says which epoch it has in force, and whose certificate it shows: its acknowledgement, or its report every 10 s.
    case acknowledge(PeerIdentity, number: UInt64, hash: [UInt8], issuerKeyID: [UInt8])
    case change(AuthoritySettings)
    /// A node says where it is.
    case register(EpochRoute)
    /// A name takes no calls any more.
    case withdraw(route: String)
    /// Who keeps for an institution from now on; nil for nobody.
    case keep(EpochCustodian.Matter, by: String?)
    /// Takes out of the epoch what has lapsed, 512 at a time; daily, and at a start, until it changes nothing.
    case tidy
}
