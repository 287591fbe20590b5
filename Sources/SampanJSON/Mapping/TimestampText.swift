/// Moments in JSON: RFC 3339 in UTC, with no, three, six or nine digits behind the point (timestamp.proto, "JSON Mapping").
package enum TimestampText {
    /// 0001-01-01T00:00:00Z and 9999-12-31T23:59:59Z, in seconds since 1970.
    static let range: ClosedRange<Int64> = -62_135_596_800...253_402_300_799

    /// Nil for a moment out of range.
    static func text(seconds: Int64, nanos: Int64) -> String? {
        guard range.contains(seconds), (0...999_999_999).contains(nanos) else { return nil }
        let (days, second) = (floorDivide(seconds, 86_400), seconds - floorDivide(seconds, 86_400) * 86_400)
        let (year, month, day) = date(days: days)
        let time = "\(two(second / 3_600)):\(two(second / 60 % 60)):\(two(second % 60))"
        return "\(padded(year, 4))-\(two(month))-\(two(day))T\(time)\(fraction(nanos))Z"
    }

    /// Reads RFC 3339 as the standard asks: `T` and `Z` in upper case, an offset allowed, at most nine digits behind the point.
    package static func parse(_ text: [UInt8]) -> (seconds: Int64, nanos: Int64)? {
        var scanner = DigitScanner(text)
        guard let year = scanner.number(4), scanner.take("-"), let month = scanner.number(2), scanner.take("-"),
            let day = scanner.number(2),
            scanner.take("T"), let hour = scanner.number(2), scanner.take(":"), let minute = scanner.number(2), scanner.take(":"),
            let second = scanner.number(2), let nanos = scanner.fraction()
        else { return nil }
        guard year >= 1, (1...12).contains(month), day >= 1, day <= length(of: month, year), hour < 24, minute < 60, second < 60 else {
            return nil
        }
        var offset: Int64 = 0
        if !scanner.take("Z") {
            let isEast = scanner.take("+")
            guard isEast || scanner.take("-"), let hours = scanner.number(2), scanner.take(":"), let minutes = scanner.number(2),
                hours < 24, minutes < 60
            else { return nil }
            offset = (hours * 3_600 + minutes * 60) * (isEast ? 1 : -1)
        }
        let seconds = days(year, month, day) * 86_400 + hour * 3_600 + minute * 60 + second - offset
        guard scanner.isAtEnd, range.contains(seconds) else { return nil }
        return (seconds, nanos)
    }

    /// The point and as many of nine digits as are needed, in threes; empty for 0. `nanos` is 0 to 999,999,999.
    static func fraction(_ nanos: Int64) -> String {
        if nanos == 0 { return "" }
        if nanos % 1_000_000 == 0 { return "." + padded(nanos / 1_000_000, 3) }
        return nanos % 1_000 == 0 ? "." + padded(nanos / 1_000, 6) : "." + padded(nanos, 9)
    }

    // MARK: Days of the Gregorian calendar, carried back to year 1

    /// Days from 1970-01-01. Years begin in March here, so that the day that comes and goes is the last.
    private static func days(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        let shifted = month > 2 ? year : year - 1
        let monthFromMarch = (month + 9) % 12
        let dayOfYear = (153 * monthFromMarch + 2) / 5 + day - 1
        return shifted * 365 + shifted / 4 - shifted / 100 + shifted / 400 + dayOfYear - 719_468
    }

    private static func date(days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let fromMarch = days + 719_468
        let era = floorDivide(fromMarch, 146_097)
        let dayOfEra = fromMarch - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * monthFromMarch + 2) / 5 + 1)
    }

    private static func length(of month: Int64, _ year: Int64) -> Int64 {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    private static func floorDivide(_ value: Int64, _ by: Int64) -> Int64 { value / by - (value % by < 0 ? 1 : 0) }
    private static func two(_ value: Int64) -> String { padded(value, 2) }

    private static func padded(_ value: Int64, _ width: Int) -> String {
        let digits = "\(value)"
        return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
    }
}
