internal import SampanRPC
internal import Synchronization

/// The accounts of the institutions that are connected now. Safe from any loop.
final class PeerAccounts: Sendable {
    private let configuration: ServerConfiguration
    private let accounts = Mutex<[String: PeerAccount]>([:])

    init(_ configuration: ServerConfiguration) { self.configuration = configuration }

    /// Whose account a peer is on. One that shows no certificate is known by its address alone.
    static func key(_ peer: Peer, address: String) -> String {
        peer.identity.map { "institution \($0.institution)" } ?? "address \(address)"
    }

    /// Takes a connection in; nil when its institution has as many as it may have.
    func join(_ key: String, _ connection: ServerConnection) -> PeerShare? {
        accounts.withLock { accounts in
            let account =
                accounts[key]
                ?? PeerAccount(
                    heldLimit: configuration.maximumHeldBytesPerInstitution,
                    growthLimit: configuration.maximumWindowGrowthBytesPerInstitution)
            let share = PeerShare(account: account, connection: connection)
            guard account.join(share, limit: configuration.maximumConnectionsPerInstitution) else { return nil }
            accounts[key] = account
            return share
        }
    }

    /// A connection has gone.
    func leave(_ key: String, _ share: PeerShare) {
        accounts.withLock { accounts in
            if share.close() { accounts[key] = nil }
        }
    }

    /// What an institution holds now, as far as it is counted; for tests.
    func account(institution: String) -> PeerAccount? {
        accounts.withLock { $0["institution \(institution)"] }
    }
}
