/// The first thing in a ledger that is not what was written, or does not follow from it.
package struct LedgerFault: Error, Sendable, Equatable {
    package enum Place: Sendable, Hashable {
        /// An entry and its lines, by number.
        case entry(Int64)
        case hold(Int64)
        /// The end of a hold, by its own number.
        case holdEnd(Int64)
        /// The row of an account, by its code.
        case account(String)
        /// What is kept for an account, a day and an event.
        case turnover(account: String, day: Int64, event: String)
        /// The end of the ledger.
        case end
    }

    package let place: Place
    /// For people; no amounts of patients, no values of a row that might be anything.
    package let problem: String

    init(_ place: Place, _ problem: String) {
        self.place = place
        self.problem = problem
    }
}

extension LedgerFault: CustomStringConvertible {
    package var description: String {
        switch place {
        case .entry(let number): "entry \(number): \(problem)"
        case .hold(let number): "hold \(number): \(problem)"
        case .holdEnd(let number): "end \(number) of a hold: \(problem)"
        case .account(let code): "account \(code): \(problem)"
        case .turnover(let account, let day, let event): "turnover of \(account) on \(day) by \(event): \(problem)"
        case .end: problem
        }
    }
}
