/// The changes of one key, for one reader. Made by `Notices.watch`.
package struct Watch<Key: Hashable & Sendable, Value: Versioned, Failure: Error>: AsyncSequence, Sendable {
    package typealias Element = Value

    let notices: Notices<Key, Value>
    let key: Key
    let current: @Sendable () async throws(Failure) -> Value

    package func makeAsyncIterator() -> Iterator { Iterator(watch: self) }

    /// Unsubscribes when it is let go of.
    package final class Iterator: AsyncIteratorProtocol {
        private let watch: Watch
        private var mailbox: Mailbox<Value>?
        private var lastVersion: Int64?
        private var hasEnded = false

        init(watch: Watch) { self.watch = watch }

        deinit { if let mailbox { watch.notices.unsubscribe(mailbox, from: watch.key) } }

        /// The next change; nil after the final one, and when the task is cancelled. Throws only what reading the store throws.
        package func next() async throws(Failure) -> Value? {
            guard !hasEnded else { return nil }
            guard let mailbox else { return try await first() }
            while let value = await mailbox.next() {
                if let lastVersion, value.version <= lastVersion { continue }
                return note(value)
            }
            end()
            return nil
        }

        private func first() async throws(Failure) -> Value {
            mailbox = watch.notices.subscribe(to: watch.key)
            do throws(Failure) {
                return note(try await watch.current())
            } catch {
                end()
                throw error
            }
        }

        private func note(_ value: Value) -> Value {
            lastVersion = value.version
            if value.isFinal { end() }
            return value
        }

        private func end() {
            hasEnded = true
            if let mailbox { watch.notices.unsubscribe(mailbox, from: watch.key) }
            mailbox = nil
        }
    }
}
