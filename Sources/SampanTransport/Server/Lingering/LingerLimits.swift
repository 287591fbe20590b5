/// How far the sockets of connections that have ended are read on; see `ServerConfiguration`.
struct LingerLimits: Sendable {
    let timeout: Duration
    /// Of each socket.
    let bytes: Int
    /// Sockets at once.
    let count: Int

    /// Whether any socket may linger at all.
    var isGenerous: Bool { timeout > .zero && bytes > 0 && count > 0 }

    /// The part of one of `loops` loops.
    func share(of loops: Int) -> LingerLimits {
        LingerLimits(timeout: timeout, bytes: bytes, count: count > 0 ? max(1, count / max(1, loops)) : 0)
    }
}
