extension UnixTime {
    /// `2026-11-17T18:55:00.000250Z` (RFC 3339), to a microsecond; what is below is cut off.
    package var utcText: String {
        // China's clock of eight hours before is UTC's.
        let text = ChinaTime(advanced(byNanoseconds: -8 * 3_600 * 1_000_000_000)).description
        let microseconds = String(nanosecondOfSecond / 1_000)
        let zeros = String(repeating: "0", count: 6 - microseconds.utf8.count)
        return "\(text.prefix { $0 != " " })T\(text.drop { $0 != " " }.dropFirst()).\(zeros)\(microseconds)Z"
    }
}
