package import SampanCrypto

/// What an authority's keys are encrypted under at rest.
package struct AuthorityPassphrases: Sendable {
    /// Of the keys that are awake: the issuers' and the epoch signer's.
    package let working: Passphrase
    /// Of the root's key; nil while it is asleep, and nothing that needs it can be done.
    package let root: Passphrase?

    package init(working: Passphrase, root: Passphrase?) {
        self.working = working
        self.root = root
    }
}
