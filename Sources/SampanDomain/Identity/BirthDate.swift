/// A day of birth, in the Gregorian calendar, from 1850 to 2199.
package struct BirthDate: Sendable, Hashable {
    /// 1850 to 2199.
    package let year: Int
    /// 1 to 12.
    package let month: Int
    /// 1 to 31, one that the month has.
    package let day: Int

    /// Throws for a day that the calendar does not have, and for a year outside of 1850 to 2199.
    package init(year: Int, month: Int, day: Int) throws(DomainError) {
        guard (1850...2199).contains(year), (1...12).contains(month), day >= 1, day <= Self.days(in: month, of: year) else {
            throw DomainError(field: "birth_date", message: "not a day of the calendar, or its year is outside of 1850 to 2199")
        }
        self.year = year
        self.month = month
        self.day = day
    }

    /// Reads `19870924`, `1987-09-24` and `1987/09/24`. Throws for anything else; the message does not repeat the text.
    package init(_ text: String) throws(DomainError) {
        var digits = Array(text.utf8)
        if digits.count == 10, digits[4] == digits[7], digits[4] == UInt8(ascii: "-") || digits[4] == UInt8(ascii: "/") {
            digits.remove(at: 7)
            digits.remove(at: 4)
        }
        guard digits.count == 8, let number = Self.number(digits[...]) else {
            throw DomainError(field: "birth_date", message: "right would be eight digits, year, month and day, as 20261118 or 2026-11-18")
        }
        try self.init(number: number)
    }

    /// 19870924: as files keep it; rises with the days. Throws for a number that is no day.
    package init(number: Int) throws(DomainError) {
        guard (18_500_101...21_991_231).contains(number) else {
            throw DomainError(field: "birth_date", message: "not a day of the calendar, or its year is outside of 1850 to 2199")
        }
        try self.init(year: number / 10_000, month: number / 100 % 100, day: number % 100)
    }

    /// 19870924.
    package var number: Int { year * 10_000 + month * 100 + day }

    /// Days since 1 March of the year 0: only for differences of days.
    package var dayCount: Int {
        let shifted = month > 2 ? year : year - 1
        let index = (month + 9) % 12
        return shifted * 365 + shifted / 4 - shifted / 100 + shifted / 400 + (index * 153 + 2) / 5 + day
    }

    static func number(_ digits: ArraySlice<UInt8>) -> Int? {
        var value = 0
        for digit in digits {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
            value = value * 10 + Int(digit - UInt8(ascii: "0"))
        }
        return value
    }

    private static func days(in month: Int, of year: Int) -> Int {
        switch month {
        case 4, 6, 9, 11: 30
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        default: 31
        }
    }
}

extension BirthDate: Comparable {
    package static func < (left: BirthDate, right: BirthDate) -> Bool { left.number < right.number }
}

extension BirthDate: CustomStringConvertible {
    /// `1987-09-24`. Not for logs: a day of birth is patient data.
    package var description: String {
        let digits = String(number)
        return "\(digits.prefix(4))-\(digits.dropFirst(4).prefix(2))-\(digits.suffix(2))"
    }
}
