internal import Synchronization

/// The part of one connection in the account of its institution.
///
/// Sendable: `held` is atomic; everything else is touched on the connection's loop only.
final class PeerShare: @unchecked Sendable {
    private let account: PeerAccount
    private let loop: EventLoop
    private let held = Atomic<Int>(0)
    /// From the start to `close`, which cuts the circle.
    private var connection: ServerConnection?
    private var growth = 0
    /// Whether the account waits to hear what is left after a call was let go.
    private var owesAnswer = false

    /// Bytes by which a connection may be off in the account: so much of it is bounded by the number of connections alone. 64 KiB: small
    /// calls, which are nearly all, never touch what other loops touch.
    static let slack = 64 * 1_024

    init(account: PeerAccount, connection: ServerConnection) {
        self.account = account
        self.connection = connection
        loop = connection.loop
    }

    /// As the account has it, in bytes.
    var heldBytes: Int { held.load(ordering: .relaxed) }

    /// What the connection holds now, and by how much its windows have grown. Once per turn in which anything happened.
    func settle(held now: Int, growth grown: Int) {
        let counted = heldBytes
        let change = now - counted
        if change >= Self.slack || change <= -Self.slack || (change != 0 && (now == 0 || owesAnswer)) {
            held.store(now, ordering: .relaxed)
            account.count(held: change)
        }
        if growth > grown {
            account.giveBackGrowth(growth - grown)
            growth = grown
        }
        guard owesAnswer else { return }
        owesAnswer = false
        account.hasShed()
    }

    func takeGrowth(_ bytes: Int) -> Bool {
        guard account.takeGrowth(bytes) else { return false }
        growth += bytes
        return true
    }

    /// The connection has gone. True when it was the last one of its account.
    func close() -> Bool {
        settle(held: 0, growth: 0)
        connection = nil
        return account.leave(self)
    }

    /// From any loop: the connection is to let go of what holds most.
    func askToShed() {
        loop.submit {
            guard let connection = self.connection else {
                self.account.hasShed()
                return
            }
            self.owesAnswer = true
            connection.shedHeaviest()
        }
    }
}
