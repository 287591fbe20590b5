package import SampanDomain
internal import SampanStorage
internal import Synchronization

/// Time that never goes back, not even over a restart with a clock that was set back: what has expired once stays so. It fails closed: a
/// clock that was far ahead once expires all consents until real time has caught up, and patients are asked again.
package final class SteadyClock: Sendable {
    /// The file is told the time this often at most when nothing has expired, in nanoseconds.
    private static let stride: Int64 = 1_000_000_000

    private struct Times {
        var latest: UnixTime
        /// What the file holds at least.
        var kept: UnixTime
    }

    private let wall: @Sendable () -> UnixTime
    private let times: Mutex<Times>

    /// - Parameter latest: the latest time that was seen before, from the file.
    package init(wall: @escaping @Sendable () -> UnixTime, latest: UnixTime) {
        self.wall = wall
        times = Mutex(Times(latest: latest, kept: latest))
    }

    /// The wall's time, or the latest that was seen when the wall is behind it.
    package func now() -> UnixTime {
        let time = wall()
        return times.withLock { times in
            times.latest = max(times.latest, time)
            return times.latest
        }
    }

    /// Writes the latest time into the file: in every transaction that something expires or begins in.
    func keep(_ transaction: borrowing Transaction) throws {
        let latest = now()
        try transaction.execute(
            """
            INSERT INTO record_clock (id, latest) VALUES (1, ?) ON CONFLICT (id) DO UPDATE SET latest = excluded.latest
                WHERE record_clock.latest < excluded.latest
            """, .integer(latest.nanoseconds))
        transaction.afterCommit { [self] in times.withLock { $0.kept = max($0.kept, latest) } }
    }

    /// Makes the time durable before an answer that depends on it: at once when something was found expired, else once a second.
    func keep(in database: any Database, atOnce: Bool) async throws(RecordsError) {
        let latest = now()
        let kept = times.withLock { $0.kept }
        let (age, overflow) = latest.nanoseconds.subtractingReportingOverflow(kept.nanoseconds)
        guard overflow || age >= Self.stride || (atOnce && age > 0) else { return }
        try await database.write(RecordsError.self) { [self] transaction in try keep(transaction) }
    }

    static func stored(_ transaction: borrowing Transaction) throws -> UnixTime {
        UnixTime(nanoseconds: try transaction.first("SELECT latest FROM record_clock") { row in try row.int64(0) } ?? .min)
    }
}
