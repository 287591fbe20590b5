internal import SampanDomain
internal import SampanMesh

/// What goes on by itself.
extension Authority {
    /// Takes in and pushes what other processes append, renews the signer, tidies: until the task is cancelled.
    ///
    /// - Parameter fault: told of what failed, for the log; it is tried again.
    package func serve(fault: @escaping @Sendable (AuthorityError) -> Void = { _ in }) async {
        var tidied: UnixTime?
        while !Task.isCancelled {
            do throws(AuthorityError) {
                try await watch()
                let now = clock.wall()
                if tidied.map({ $0.advanced(byNanoseconds: configuration.tidyInterval &* 1_000_000_000) <= now }) ?? true {
                    try await tidy()
                    tidied = now
                }
            } catch {
                fault(error)
            }
            await clock.pause(configuration.watchInterval)
        }
    }

    /// One look at the journal and the signer.
    package func watch() async throws(AuthorityError) {
        try await store.refresh()
        try await openKeys()
        try await renewSignerIfDue()
    }

    /// Takes out of the epoch what has lapsed, until there is nothing.
    package func tidy() async throws(AuthorityError) {
        while try await execute(.tidy, by: "tidy").record != nil {}
    }
}
