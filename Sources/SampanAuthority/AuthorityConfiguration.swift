package import SampanCrypto

/// How an authority of one region works. The defaults are those of Docs/Trust.md; a proof may take seconds where a region takes days.
package struct AuthorityConfiguration: Sendable {
    private static let day: Int64 = 86_400

    /// Seconds that a node's certificate lives. 30 days: at 2/3 ten are left in which an authority may be away.
    package var certificateLife: Int64 = 30 * day
    /// Seconds that the epoch signer's certificate lives. 90 days, renewed at 2/3.
    package var signerLife: Int64 = 90 * day
    /// Seconds that a root lives. 10 years.
    package var rootLife: Int64 = 3_650 * day
    /// Seconds that an issuer lives. A year, never past its root.
    package var issuerLife: Int64 = 365 * day
    /// Nanoseconds after which a node that is not heard of counts as absent. 10 minutes: sixty reports that did not come.
    package var absenceLimit: Int64 = 600_000_000_000
    /// Seconds that an enrolment token is good at the most. A week, as the contract says.
    package var tokenLifeLimit: Int64 = 7 * day
    /// Renewals a second, on the long run. 50: each is a commit of some milliseconds, and pushing epochs comes first.
    package var renewalsPerSecond: Int64 = 50
    /// Renewals at once. 200: after an issuer's change a whole region renews, spread over seconds.
    package var renewalBurst: Int64 = 200
    /// How long a denial waits for acknowledgements before it reports what there is. 2 s, twice what it may take.
    package var cutPatience: Duration = .seconds(2)
    /// How long a dry run waits for the nodes' estimates.
    package var questionPatience: Duration = .seconds(1)
    /// How often the journal is looked at for entries that another process has made.
    package var watchInterval: Duration = .milliseconds(200)
    /// Seconds between two tidyings: what has lapsed goes out of the epoch.
    package var tidyInterval: Int64 = day
    /// Institution and node in the epoch signer's name (of role platform).
    package var signerInstitution = "authority"
    package var signerNode = "epochs"

    /// What opening a key costs whoever guesses its passphrase. Less only where keys protect nothing: tests and proofs make hundreds.
    package var keyCost = ScryptCost.standard

    package init() {}
}
