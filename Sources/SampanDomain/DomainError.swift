/// A text or number that is not a value of the domain. The message says what is wrong and what would be right;
/// it never repeats an identity number or a patient's data.
package struct DomainError: Error, Sendable, Equatable {
    /// The kind of value that was to be made, in the words of the contract: `out_trade_no`, `amount`.
    package let field: String
    /// For people: what is wrong, and what would be right.
    package let message: String

    package init(field: String, message: String) {
        self.field = field
        self.message = message
    }
}

extension DomainError: CustomStringConvertible {
    package var description: String { "\(field): \(message)" }
}
