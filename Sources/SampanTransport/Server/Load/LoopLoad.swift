internal import SampanRPC

/// What a server does about load on one of its loops: who has called for what lately, and which calls are taken. Loop-confined.
final class LoopLoad {
    /// Of a caller by name and a method by path.
    private struct Key: Hashable {
        let caller: String
        let method: String
    }

    let limits: LoadLimits
    private let ledger: CallerLedger
    private let refusals: RefusalCount
    private var accounts: [Key: CallAccount] = [:]
    /// Whether calls are refused for what others do.
    private let isShedding: Bool
    // Unchecked: it calls nothing.
    @exclusivity(unchecked) private var control: OverloadControl
    /// The order of callers of the same priority, and until when it holds.
    @exclusivity(unchecked) private var turn: UInt64 = 0
    @exclusivity(unchecked) private var turnEnds: Int64 = .min
    private var jitter = JitterRandom(seed: 1)

    /// Accounts of callers and methods; all are forgotten when there is no room, which costs callers a look into the ledger and gives them
    /// fresh retry budgets. 20,000, some 4 MiB: a thousand institutions of twenty methods each.
    private static let maximumAccounts = 20_000

    init(_ limits: LoadLimits, _ ledger: CallerLedger, _ refusals: RefusalCount, now: Int64) {
        (self.limits, self.ledger, self.refusals) = (limits, ledger, refusals)
        isShedding = limits.queueingLimit != nil
        let queueing = limits.queueingLimit?.clampedNanoseconds ?? .max
        unsafe control = OverloadControl(OverloadControl.Settings(queueingLimit: queueing), now: now)
    }

    /// The account of calls of `peer`, which connects from `host`, to a method.
    func account(_ method: MethodDescriptor, _ peer: Peer, host: String, now: Int64) -> CallAccount {
        let name = PeerAccounts.key(peer, address: host)
        let key = Key(caller: name, method: method.path)
        if let account = accounts[key], account.serves(method, peer) { return account }
        if accounts.count >= Self.maximumAccounts { accounts = [:] }
        let account = CallAccount(method, peer, ledger.account(of: name, at: now), limits, now: now)
        accounts[key] = account
        return account
    }

    /// Takes a call in, and counts it as open until `CallerAccount.leave`; why not, otherwise.
    func enter(_ account: CallAccount, _ priority: CallPriority, isRetry: Bool, now: Int64) -> Entry {
        let wait = account.caller.takeToken(at: now)
        guard wait == 0 else { return refused(.rate, wait) }
        guard account.caller.enter() else { return refused(.concurrency, LoadRefusal.concurrencyWait) }
        guard account.takes(isRetry: isRetry, at: now) else {
            account.caller.leave()
            return refused(.retries, 0)
        }
        guard isShedding else { return .taken(rank: CallRank.highest) }
        if unsafe now >= turnEnds { unsafe (turn, turnEnds) = (turn &+ 0x5851_F42D_4C95_7F2D, now &+ CallRank.shuffle) }
        let rank = CallRank.of(priority, caller: account.caller.hash, turn: unsafe turn)
        if unsafe control.admits(rank, at: now) { return .taken(rank: rank) }
        account.caller.leave()
        return refused(.overload, overloadWait)
    }

    /// What became of a call at the door.
    enum Entry {
        case taken(rank: UInt8)
        /// `wait`: nanoseconds until another attempt makes sense.
        case refused(LoadRefusal, wait: Int64)
    }

    /// The turn of a call that was taken has come, `wait` nanoseconds after it was there; false where it is not served after all.
    func starts(_ rank: UInt8, after wait: Int64) -> Bool {
        guard isShedding, unsafe !control.starts(rank, after: wait) else { return true }
        refusals.add(.overload)
        return false
    }

    /// How a call ends that is not served after all.
    var lateRefusal: RPCError { LoadRefusal.overload.error(wait: overloadWait) }

    /// Something that calls wait for elsewhere has a queue of so many nanoseconds.
    func note(queueing wait: Int64) { unsafe control.note(queueing: wait) }

    private var overloadWait: Int64 { Int64.random(in: OverloadAnswers.waits, using: &jitter) }

    private func refused(_ refusal: LoadRefusal, _ wait: Int64) -> Entry {
        refusals.add(refusal)
        return .refused(refusal, wait: wait)
    }
}
