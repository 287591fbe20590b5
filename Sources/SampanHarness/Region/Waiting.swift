/// Waiting for what tells nobody when it happens: the state of another process, or a file that it writes.
package enum Waiting {
    /// Returns what `look` finds, as soon as it finds something. Looks every 2 ms, or as seldom as `interval` says; throws, naming `what`,
    /// when there is nothing after `limit`.
    package static func value<T>(
        _ what: String, limit: Duration = .seconds(20), interval: Duration = .milliseconds(2), _ look: () async throws -> T?
    ) async throws -> T {
        let end = ContinuousClock.now + limit
        while true {
            if let found = try await look() { return found }
            guard ContinuousClock.now < end else { throw HarnessError("waited \(limit) for \(what)") }
            try await Task.sleep(for: interval)
        }
    }
}
