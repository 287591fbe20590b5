/// Lengths of time as files have them: a whole number and `ms`, `s`, `m` or `h`.
enum DurationText {
    /// Nil for anything else, and for more than a billion of a unit.
    static func value(_ text: String) -> Duration? {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        guard let amount = Int64(digits), amount <= 1_000_000_000 else { return nil }
        switch text.dropFirst(digits.count) {
        case "ms": return .milliseconds(amount)
        case "s": return .seconds(amount)
        case "m": return .seconds(amount * 60)
        case "h": return .seconds(amount * 3_600)
        default: return nil
        }
    }

    /// In the largest unit that says it exactly; less than a millisecond is dropped.
    static func text(_ duration: Duration) -> String {
        let (seconds, attoseconds) = duration.components
        let milliseconds = attoseconds / 1_000_000_000_000_000
        if milliseconds != 0 { return "\(seconds.multipliedReportingOverflow(by: 1_000).partialValue &+ milliseconds)ms" }
        if seconds != 0, seconds.isMultiple(of: 3_600) { return "\(seconds / 3_600)h" }
        if seconds != 0, seconds.isMultiple(of: 60) { return "\(seconds / 60)m" }
        return "\(seconds)s"
    }
}
