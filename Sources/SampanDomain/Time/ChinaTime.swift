/// The wall clock of a moment in China, UTC+8 all year (no daylight saving since 1991, and none is applied before).
package struct ChinaTime: Sendable, Hashable {
    package let year: Int
    /// 1 to 12.
    package let month: Int
    /// 1 to 31.
    package let day: Int
    package let hour: Int
    package let minute: Int
    package let second: Int

    package init(_ time: UnixTime) {
        let (days, rest) = (time.seconds + 8 * 3_600).flooredDivision(by: 86_400)
        (year, month, day) = Self.civil(fromDays: Int(days))
        hour = Int(rest / 3_600)
        minute = Int(rest / 60 % 60)
        second = Int(rest % 60)
    }

    /// `20261118`.
    package var compactDate: String { Self.padded(year, 4) + Self.padded(month, 2) + Self.padded(day, 2) }

    /// `261118`.
    package var shortDate: String { String(compactDate.suffix(6)) }
}

extension ChinaTime: CustomStringConvertible {
    /// `2026-11-18 02:55:00`.
    package var description: String {
        "\(Self.padded(year, 4))-\(Self.padded(month, 2))-\(Self.padded(day, 2)) "
            + "\(Self.padded(hour, 2)):\(Self.padded(minute, 2)):\(Self.padded(second, 2))"
    }
}

extension UnixTime {
    /// `2026-11-18 02:55:00` in China; the part below a second is cut off.
    package var chinaText: String { ChinaTime(self).description }

    /// Reads `2026-11-18 02:55:00` as China time. Throws for any other form, and for a date that the calendar does not have.
    package init(chinaText text: some StringProtocol) throws(DomainError) {
        let wrong = DomainError(field: "time", message: "not a China time; right would be 2026-11-18 02:55:00")
        let bytes = Array(text.utf8)
        let pattern = Array("0000-00-00 00:00:00".utf8)
        guard bytes.count == pattern.count else { throw wrong }
        for (byte, form) in zip(bytes, pattern) {
            guard form == UInt8(ascii: "0") ? Charset.digits.contains(byte) : byte == form else { throw wrong }
        }
        func number(_ range: Range<Int>) -> Int { bytes[range].reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) } }
        let (year, month, day) = (number(0..<4), number(5..<7), number(8..<10))
        let (hour, minute, second) = (number(11..<13), number(14..<16), number(17..<19))
        guard (1...12).contains(month), day >= 1, day <= ChinaTime.days(inMonth: month, of: year) else { throw wrong }
        guard hour < 24, minute < 60, second < 60 else { throw wrong }
        let seconds = Int64(ChinaTime.days(fromYear: year, month, day)) * 86_400 + Int64(hour * 3_600 + minute * 60 + second) - 8 * 3_600
        try self.init(seconds: seconds)
    }
}

extension ChinaTime {
    static func days(inMonth month: Int, of year: Int) -> Int {
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        return [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]
    }

    /// Days since 1970-01-01 in the proleptic Gregorian calendar (H. Hinnant, "days_from_civil").
    static func days(fromYear year: Int, _ month: Int, _ day: Int) -> Int {
        let shifted = month <= 2 ? year - 1 : year
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    /// The inverse ("civil_from_days").
    static func civil(fromDays days: Int) -> (year: Int, month: Int, day: Int) {
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let month = monthFromMarch + (monthFromMarch < 10 ? 3 : -9)
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * monthFromMarch + 2) / 5 + 1)
    }

    static func padded(_ number: Int, _ width: Int) -> String {
        let text = String(number)
        return String(repeating: "0", count: max(0, width - text.count)) + text
    }
}
