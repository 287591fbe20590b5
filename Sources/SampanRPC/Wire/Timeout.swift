/// The `grpc-timeout` header (gRPC PROTOCOL-HTTP2, Timeout): at most eight digits and a unit.
package enum Timeout {
    /// Longest time that is told apart: 100 years, so that sums with a clock cannot overflow.
    package static let longestNanoseconds: Int64 = 100 * 366 * 86_400 * 1_000_000_000

    /// Reads a header value as nanoseconds; nil when it is not one. More than 100 years counts as that.
    package static func parse(_ text: Span<UInt8>) -> Int64? {
        guard (2...9).contains(text.count), let unit = unit(text[text.count - 1]) else { return nil }
        var amount: Int64 = 0
        for index in 0..<text.count - 1 {
            let digit = Int64(text[index]) - 0x30
            guard (0...9).contains(digit) else { return nil }
            amount = amount * 10 + digit
        }
        // 99,999,999 hours are 3.6e20 ns: beyond Int64.
        let (nanoseconds, overflow) = amount.multipliedReportingOverflow(by: unit)
        return overflow ? longestNanoseconds : min(nanoseconds, longestNanoseconds)
    }

    /// Nanoseconds of a unit; nil for a letter that is none.
    private static func unit(_ letter: UInt8) -> Int64? {
        switch letter {
        case UInt8(ascii: "H"): 3_600_000_000_000
        case UInt8(ascii: "M"): 60_000_000_000
        case UInt8(ascii: "S"): 1_000_000_000
        case UInt8(ascii: "m"): 1_000_000
        case UInt8(ascii: "u"): 1_000
        case UInt8(ascii: "n"): 1
        default: nil
        }
    }

    /// A time as it is written: at most eight digits, and the letter of their unit.
    package typealias Written = (amount: Int64, unit: UInt8)

    /// Writes a time, rounded up to the finest unit that holds it in eight digits, so that the other side
    /// never gives up before this side does. Negative times are written as zero. Numbers, not a text: every call is sent with one.
    package static func written(nanoseconds: Int64) -> Written {
        guard nanoseconds > 0 else { return (0, UInt8(ascii: "n")) }
        return written(seconds: nanoseconds / 1_000_000_000, nanoseconds: nanoseconds % 1_000_000_000)
    }

    private static func written(seconds: Int64, nanoseconds: Int64) -> Written {
        let limit: Int64 = 99_999_999
        if seconds < 100_000 {
            let nanoseconds = seconds * 1_000_000_000 + nanoseconds
            if nanoseconds <= limit { return (nanoseconds, UInt8(ascii: "n")) }
            let microseconds = ceiling(nanoseconds, 1_000)
            if microseconds <= limit { return (microseconds, UInt8(ascii: "u")) }
            let milliseconds = ceiling(microseconds, 1_000)
            if milliseconds <= limit { return (milliseconds, UInt8(ascii: "m")) }
        }
        let seconds = seconds + (nanoseconds > 0 ? 1 : 0)
        if seconds <= limit { return (seconds, UInt8(ascii: "S")) }
        let minutes = ceiling(seconds, 60)
        if minutes <= limit { return (minutes, UInt8(ascii: "M")) }
        return (ceiling(seconds, 3_600), UInt8(ascii: "H"))
    }

    private static func ceiling(_ amount: Int64, _ unit: Int64) -> Int64 { amount / unit + (amount % unit == 0 ? 0 : 1) }
}
