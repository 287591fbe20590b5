extension Duration {
    /// Nanoseconds, for lengths of time that a configuration allows (days, not centuries).
    package var wholeNanoseconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds * 1_000_000_000 + attoseconds / 1_000_000_000
    }
}
