internal import SampanCrypto
internal import SampanDomain
package import SampanMesh
package import SampanStorage

/// What an authority is founded with.
package struct AuthorityFounding: Sendable {
    package var trustDomain: String
    /// As the region calls itself, in any script; at most 64 characters.
    package var organization: String?
    /// What the first epoch says besides whom to trust.
    package var settings: AuthoritySettings

    package init(trustDomain: String, organization: String? = nil, settings: AuthoritySettings = AuthoritySettings()) {
        self.trustDomain = trustDomain
        self.organization = organization
        self.settings = settings
    }
}

extension Authority {
    /// Makes root, issuer and the first epoch in a folder (made with 0700 when missing), and opens it.
    ///
    /// Keys are durable before the journal names them. Torn off in the middle it can be repeated: what is left over are keys that nothing
    /// names. Throws `exists` when an authority is there, `rootAsleep` without the root's passphrase, and what `init` throws.
    package static func found(
        _ founding: AuthorityFounding, folder: AuthorityFolder, passphrases: AuthorityPassphrases,
        configuration: AuthorityConfiguration = AuthorityConfiguration(), clock: AuthorityClock, actor: String = "offline",
        options: SQLiteOptions = SQLiteOptions()
    ) async throws(AuthorityError) -> Authority {
        guard passphrases.root != nil else { throw .rootAsleep }
        let keys = AuthorityKeys(folder: folder, passphrases: passphrases, cost: configuration.keyCost)
        try keys.makeFolder()
        let store = try await AuthorityStore.open(path: folder.journal, options: options)
        do throws(AuthorityError) {
            guard store.snapshot.number == 0 else { throw .exists(folder.path) }
            let now = clock.wall()
            let maker = AuthorityMaker(
                trustDomain: founding.trustDomain, organization: founding.organization, configuration: configuration, keys: keys)
            let made = try await store.blocking { try maker.makeFirst(at: now) }
            let command = AuthorityCommand.found(
                trustDomain: founding.trustDomain, root: made.root, issuer: made.issuer, settings: founding.settings)
            let presence = NodePresence(startedAt: clock.uptime(), absenceLimit: configuration.absenceLimit)
            _ = try await store.execute(
                circumstances: {
                    AuthorityCircumstances(actor: actor, now: now, uptime: clock.uptime(), presence: presence)
                }, command: { _, _ throws(AuthorityError) in command }, answer: { _ throws(AuthorityError) in [] })
            try await store.blocking {
                let pem = try AuthorityError.crypto { () throws(CryptoError) in try Certificate(der: made.root.certificate).pem() }
                try AuthorityError.files { () throws(TrustError) in
                    try WholeFile.write(pem, to: folder.rootCertificate, mode: 0o644, overwrite: true)
                }
            }
        } catch {
            await store.close()
            if case .refused(.alreadyFounded) = error { throw .exists(folder.path) }
            throw error
        }
        await store.close()
        return try await Authority(
            folder: folder, passphrases: passphrases, configuration: configuration, clock: clock, options: options)
    }
}
