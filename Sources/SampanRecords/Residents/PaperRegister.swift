package import SampanDomain

/// Whom an identity paper names. The patient index knows.
package protocol PaperRegister: Sendable {
    /// The one person who has shown the paper. Nil for nobody, and for a number that stands in two persons' records: neither can be
    /// signed in as long as it is not known who is meant.
    func person(of paper: IdentityPaper) async throws -> EnterpriseID?
}
