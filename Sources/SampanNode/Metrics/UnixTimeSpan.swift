internal import SampanDomain

/// Time between two moments, as metrics have it.
enum UnixTimeSpan {
    /// In seconds; negative when `end` is before `start`. Moments may be as far apart as they like.
    static func seconds(from start: UnixTime, to end: UnixTime) -> Double {
        (Double(end.nanoseconds) - Double(start.nanoseconds)) / 1e9
    }
}
