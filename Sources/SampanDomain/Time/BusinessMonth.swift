/// A month of business days in China: that of statistics.
package struct BusinessMonth: Sendable, Hashable {
    /// 202611: rises with the months. A day's number divided by 100.
    package let number: Int64

    /// Reads `2026-11` or `202611`; nil for anything else.
    package init?(_ text: String) {
        let bytes = Array(text.utf8)
        let isDashed = bytes.count == 7 && bytes[4] == UInt8(ascii: "-")
        let digits = isDashed ? bytes[..<4] + bytes[5...] : bytes[...]
        guard digits.count == 6, digits.allSatisfy({ Charset.digits.contains($0) }) else { return nil }
        self.init(number: digits.reduce(0) { $0 * 10 + Int64($1 - UInt8(ascii: "0")) })
    }

    /// Nil for a number that is no month of the years 1678 to 2261, in which all days are moments.
    package init?(number: Int64) {
        guard (1_678...2_261).contains(number / 100), (1...12).contains(number % 100) else { return nil }
        self.number = number
    }

    /// That of a day.
    package init(_ day: BusinessDay) { number = day.number / 100 }

    /// `2026-11`.
    package var text: String { "\(number / 100)-\(number % 100 < 10 ? "0" : "")\(number % 100)" }

    /// The month after.
    package var next: BusinessMonth { BusinessMonth(known: number % 100 == 12 ? number + 89 : number + 1) }

    /// Day numbers between which all its days lie, both included.
    package var dayNumbers: ClosedRange<Int64> { number * 100 + 1...number * 100 + 31 }

    private init(known number: Int64) { self.number = number }

    /// The months from one to another, both included, at most `limit` of them; nil when there are more, or the first is the later one.
    package static func range(from first: BusinessMonth, through last: BusinessMonth, limit: Int) -> [BusinessMonth]? {
        guard first <= last else { return nil }
        var months = [first]
        while let month = months.last, month < last {
            guard months.count < limit else { return nil }
            months.append(month.next)
        }
        return months
    }
}

extension BusinessMonth: Comparable {
    package static func < (left: BusinessMonth, right: BusinessMonth) -> Bool { left.number < right.number }
}

extension BusinessMonth: CustomStringConvertible {
    package var description: String { text }
}
