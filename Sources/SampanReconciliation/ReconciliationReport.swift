package import SampanDomain

/// What a reconciliation came to.
package struct ReconciliationReport: Sendable {
    /// Breaks of one type.
    package struct Count: Sendable, Hashable {
        package let type: BreakType
        package let count: Int
        /// Fen.
        package let amount: Int64
    }

    package let day: BusinessDay
    /// In the order of `BreakType.allCases`; types without a break are left out.
    package let counts: [Count]
    package let totals: DayTotals
    /// Orders of the day in any book.
    package let orders: Int
    /// By institution, then channel.
    package let settlements: [Settlement]
    /// False when the folder holds no bill of the next day: what was paid around midnight then counts as missing.
    package let hasNextDay: Bool

    /// All breaks.
    package var breaks: Int { counts.reduce(0) { $0 + $1.count } }

    /// Fen of the breaks that are not a matter of time alone.
    package var atRisk: Int64 { sum { !$0.isTimingOnly } }

    /// Fen that stand in the books of the day beside this one.
    package var inOtherDay: Int64 { sum(\.isTimingOnly) }

    private func sum(_ isMeant: (BreakType) -> Bool) -> Int64 {
        var sum = Sum()
        for count in counts where isMeant(count.type) { sum.add(count.amount) }
        return sum.fen
    }
}
