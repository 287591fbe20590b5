package import Logging
package import SampanDomain

/// Moves finished rows into the history, lot by lot, while the gateway runs: `requests` stays small, so that its pages and its indexes stay
/// in memory, and what a request costs does not depend on how many there have been.
///
/// It holds nothing that a crash could lose, and what it could not do it does later: rows that wait are only larger where they are.
package struct RequestArchivist: Sendable {
    /// Rows that were finished this long ago become history also where they are no whole lot. A minute: nobody waits for it.
    private static let patienceSeconds: Int64 = 60

    private let store: RequestStore
    private let now: @Sendable () -> UnixTime
    private let pause: @Sendable (Duration) async -> Void
    private let log: Logger

    /// - Parameters:
    ///   - now: the wall clock.
    ///   - pause: waits, or returns early when the task is cancelled.
    package init(
        _ store: RequestStore, now: @escaping @Sendable () -> UnixTime, log: Logger,
        pause: @escaping @Sendable (Duration) async -> Void = { try? await Task.sleep(for: $0) }
    ) {
        self.store = store
        self.now = now
        self.pause = pause
        self.log = log
    }

    /// Works until its task is cancelled.
    package func run() async {
        await withTaskGroup(of: Void.self) { tasks in
            tasks.addTask {
                for await _ in store.finishedLots {
                    while !Task.isCancelled, store.finishedCount >= FinishedRows.lot, await move(UnixTime(nanoseconds: .max)) {}
                }
            }
            tasks.addTask {
                while true {
                    await pause(.seconds(Self.patienceSeconds))
                    guard !Task.isCancelled else { return }
                    let moment = now().advanced(byNanoseconds: -Self.patienceSeconds * 1_000_000_000)
                    while store.finishedCount > 0, await move(moment) {}
                }
            }
        }
    }

    /// One lot; false when there is nothing more to do now.
    private func move(_ moment: UnixTime) async -> Bool {
        do throws(RequestStoreError) {
            return try await store.archive(FinishedRows.lot, finishedBy: moment) == FinishedRows.lot
        } catch {
            log.warning("finished rows could not become history; they are tried again", metadata: ["reason": "\(error)"])
            return false
        }
    }
}
