/// How two birth dates stand to each other. The raw value is the level's place in the weights.
package enum BirthLevel: UInt8, Sendable, CaseIterable {
    case missing
    case same
    /// 3 June for 6 March.
    case monthDaySwapped
    /// The earlier one may be the later one by the lunar calendar, whose dates run 17 to 52 days behind.
    case lunar
    /// The same day of another year that differs by one figure, one year or ten.
    case otherYear
    /// One is the first of January of the same year: the day was not known.
    case yearOnly
    /// One figure of month or day differs, or two changed places.
    case nearDay
    case different

    /// Of two dates as 19870924, 0 for none.
    static func compare(_ left: Int32, _ right: Int32) -> BirthLevel {
        if left == 0 || right == 0 { return .missing }
        if left == right { return .same }
        let (yearA, dayA) = (left / 10_000, left % 10_000)
        let (yearB, dayB) = (right / 10_000, right % 10_000)
        if yearA == yearB, dayA == 101 || dayB == 101 { return .yearOnly }
        if yearA == yearB, dayA / 100 == dayB % 100, dayA % 100 == dayB / 100 { return .monthDaySwapped }
        if dayA == dayB { return isYearSlip(yearA, yearB) ? .otherYear : .different }
        if isLunar(left, right) { return .lunar }
        if yearA == yearB, differingFigures(dayA, dayB) == 1 { return .nearDay }
        return .different
    }

    private static func isYearSlip(_ left: Int32, _ right: Int32) -> Bool {
        abs(left - right) == 1 || abs(left - right) == 10 || differingFigures(left, right) == 1
    }

    /// How many of four figures differ.
    private static func differingFigures(_ left: Int32, _ right: Int32) -> Int {
        var (a, b, count) = (left, right, 0)
        for _ in 0..<4 {
            if a % 10 != b % 10 { count += 1 }
            a /= 10
            b /= 10
        }
        return count
    }

    private static func isLunar(_ left: Int32, _ right: Int32) -> Bool {
        let distance = abs(dayCount(left) - dayCount(right))
        return distance >= 17 && distance <= 52
    }

    private static func dayCount(_ number: Int32) -> Int32 {
        let (year, month, day) = (number / 10_000, number / 100 % 100, number % 100)
        let shifted = month > 2 ? year : year - 1
        return shifted * 365 + shifted / 4 - shifted / 100 + shifted / 400 + ((month + 9) % 12 * 153 + 2) / 5 + day
    }

    /// Whether a stated date is the number's, or one of the known ways of writing it wrong.
    static func isExplained(stated: Int32, number: Int32) -> Bool {
        switch compare(stated, number) {
        case .different, .missing: false
        default: true
        }
    }
}
