internal import Synchronization

/// Carries committed changes to the tasks that watch them, without polling.
///
/// A store calls `publish` from `Transaction.afterCommit`, and `watch` for each caller. A watcher subscribes before it reads the
/// store, so a
/// change between the two is seen; what it has seen already is skipped by version. Thousands of watchers cost one dictionary entry each.
/// A store that keeps changes in memory only would do as well: nothing here knows of a database.
package final class Notices<Key: Hashable & Sendable, Value: Versioned>: Sendable {
    private let subscriptions = Mutex<[Key: [Mailbox<Value>]]>([:])

    package init() {}

    /// Hands `value` to all watchers of `key`. Call it in commit order for one key.
    package func publish(_ value: Value, for key: Key) {
        let mailboxes = subscriptions.withLock { $0[key] ?? [] }
        for mailbox in mailboxes { mailbox.put(value) }
    }

    /// The value now, every change, and the end after the one that is final.
    /// - Parameter current: reads the store; called once, at the first `next`.
    package func watch<Failure: Error>(
        _ key: Key, current: @escaping @Sendable () async throws(Failure) -> Value
    ) -> Watch<Key, Value, Failure> {
        Watch(notices: self, key: key, current: current)
    }

    /// Watchers right now, for limits and tests.
    package var watcherCount: Int {
        subscriptions.withLock { $0.values.reduce(0) { $0 + $1.count } }
    }

    func subscribe(to key: Key) -> Mailbox<Value> {
        let mailbox = Mailbox<Value>()
        subscriptions.withLock { $0[key, default: []].append(mailbox) }
        return mailbox
    }

    func unsubscribe(_ mailbox: Mailbox<Value>, from key: Key) {
        subscriptions.withLock { table in
            guard var mailboxes = table[key] else { return }
            mailboxes.removeAll { $0 === mailbox }
            table[key] = mailboxes.isEmpty ? nil : mailboxes
        }
    }
}
