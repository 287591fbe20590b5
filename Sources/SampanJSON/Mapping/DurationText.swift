/// Lengths of time in JSON: seconds with an `s` behind, such as `1.500s` (duration.proto, "JSON Mapping").
enum DurationText {
    /// About ten thousand years.
    static let maximumSeconds: Int64 = 315_576_000_000

    /// Nil for what is out of range or has parts of different signs.
    static func text(seconds: Int64, nanos: Int64) -> String? {
        guard (-maximumSeconds...maximumSeconds).contains(seconds), (-999_999_999...999_999_999).contains(nanos),
            !(seconds > 0 && nanos < 0), !(seconds < 0 && nanos > 0)
        else { return nil }
        return "\(seconds < 0 || nanos < 0 ? "-" : "")\(abs(seconds))\(TimestampText.fraction(abs(nanos)))s"
    }

    static func parse(_ text: [UInt8]) -> (seconds: Int64, nanos: Int64)? {
        var scanner = DigitScanner(text)
        let isNegative = scanner.take("-")
        guard let seconds = scanner.wholeNumber(), let nanos = scanner.fraction(), scanner.take("s"), scanner.isAtEnd,
            seconds < maximumSeconds || (seconds == maximumSeconds && nanos == 0)
        else { return nil }
        return isNegative ? (-seconds, -nanos) : (seconds, nanos)
    }
}
