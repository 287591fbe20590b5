internal import Synchronization

/// The accounts of those who call a server. Bounded: those that are idle are forgotten when there is no room, and where nobody is idle the
/// new ones share one account. Safe from any thread; asked once for each connection, or method, of a caller, and not for each call.
final class CallerLedger: Sendable {
    private let limits: LoadLimits
    private let accounts = Mutex<[String: CallerAccount]>([:])
    private let shared: CallerAccount

    init(_ limits: LoadLimits) {
        self.limits = limits
        shared = CallerAccount("", limits)
    }

    /// The account of a name. `now`: nanoseconds of the loops' clock.
    func account(of name: String, at now: Int64) -> CallerAccount {
        accounts.withLock { accounts in
            if let account = accounts[name] { return account }
            if accounts.count >= max(1, limits.maximumCallers) {
                accounts = accounts.filter { !$0.value.isIdle(at: now) }
                guard accounts.count < max(1, limits.maximumCallers) else { return shared }
            }
            let account = CallerAccount(name, limits)
            accounts[name] = account
            return account
        }
    }

    /// Names that there are accounts of; for tests.
    var count: Int { accounts.withLock { $0.count } }
}
