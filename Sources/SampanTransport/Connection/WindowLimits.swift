/// How far windows of a connection may grow, in bytes.
struct WindowLimits: Sendable {
    /// What every stream begins with.
    let initialStream: Int
    /// The most that one stream gets.
    let maximumStream: Int
    /// The most that all streams together may have above what they began with.
    let growth: Int
}
