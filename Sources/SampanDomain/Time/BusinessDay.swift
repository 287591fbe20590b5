/// A business day in China: that of a payment, of a bill, of a booking.
package struct BusinessDay: Sendable, Hashable {
    /// 20261118: as files and tables keep it; rises with the days.
    package let number: Int64

    /// Reads `2026-11-18` or `20261118`; nil for anything else, and for a day that the calendar does not have.
    package init?(_ text: String) {
        let digits = Array(text.utf8)
        let dashed = digits.count == 8 ? "\(text.prefix(4))-\(text.dropFirst(4).prefix(2))-\(text.suffix(2))" : text
        guard let midnight = try? UnixTime(chinaText: "\(dashed) 00:00:00") else { return nil }
        self.init(midnight)
    }

    /// The day on which a moment falls in China.
    package init(_ time: UnixTime) {
        let china = ChinaTime(time)
        number = Int64(china.year * 10_000 + china.month * 100 + china.day)
    }

    /// The day of a number such as 20261118; nil for one that is no day.
    package init?(number: Int64) {
        guard (10_000_000...99_999_999).contains(number) else { return nil }
        self.init(String(number))
    }

    /// `2026-11-18`.
    package var text: String {
        let digits = compact
        return "\(digits.prefix(4))-\(digits.dropFirst(4).prefix(2))-\(digits.suffix(2))"
    }

    /// `20261118`.
    package var compact: String { String(number) }

    /// The same of the day after: `2026-11-19`.
    package var next: String { following.text }
    /// The day after as `20261119`.
    package var compactNext: String { following.compact }

    private var following: BusinessDay {
        guard let midnight = try? UnixTime(chinaText: "\(text) 00:00:00") else { return self }
        return BusinessDay(midnight.advanced(byNanoseconds: 86_400 * 1_000_000_000))
    }
}

extension BusinessDay: Comparable {
    package static func < (left: BusinessDay, right: BusinessDay) -> Bool { left.number < right.number }
}

extension BusinessDay: CustomStringConvertible {
    package var description: String { text }
}
