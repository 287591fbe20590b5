import FoundationEssentials
import SampanAPI

/// Moments and lengths of time as commands show them.
enum Moment {
    /// ISO 8601, UTC, whole seconds; nil for none, and for what is no moment.
    static func text(_ timestamp: GoogleProtobuf.Timestamp?) -> String? {
        date(timestamp)?.formatted(.iso8601)
    }

    static func date(_ timestamp: GoogleProtobuf.Timestamp?) -> Date? {
        timestamp?.nanosecondsSince1970.map { Date(timeIntervalSince1970: Double($0) / 1e9) }
    }

    /// Whole milliseconds, rounded up: what took some time never took none.
    static func milliseconds(_ duration: GoogleProtobuf.Duration?) -> Int64? {
        guard let duration = duration?.duration else { return nil }
        let (seconds, attoseconds) = duration.components
        let nanoseconds = attoseconds / 1_000_000_000
        return seconds * 1_000 + (nanoseconds + (nanoseconds > 0 ? 999_999 : 0)) / 1_000_000
    }
}
