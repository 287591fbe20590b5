internal import SampanProtobuf

/// Why bytes or values are not a trust epoch, or not a record of the authority's journal.
package struct EpochError: Error, Sendable, Hashable {
    package enum Reason: Sendable, Hashable {
        /// The bytes are no message of the contract.
        case malformed
        /// What must be there is not.
        case missing
        /// More or longer than allowed.
        case tooLarge
        /// Not one of the values that the field can have.
        case badValue
        /// The same twice.
        case repeated
        /// SHA-256 or the encoder failed: no memory.
        case library
    }

    package let reason: Reason
    /// Name of the field in the contract, for example `roots.certificate`.
    package let field: String
    /// What was wrong, for people; holds nothing of the value.
    package let detail: String

    package init(_ reason: Reason, _ field: String, _ detail: String) {
        self.reason = reason
        self.field = field
        self.detail = detail
    }

    /// Throws unless the list has as many members as it may have.
    static func check(count: Int, in range: ClosedRange<Int>, _ field: String) throws(EpochError) {
        if count < range.lowerBound {
            throw EpochError(count == 0 ? .missing : .badValue, field, "\(count), at least \(range.lowerBound)")
        }
        if count > range.upperBound { throw EpochError(.tooLarge, field, "\(count), at most \(range.upperBound)") }
    }

    /// Runs `body` and names what the codec throws in this layer's words.
    static func translating<Value>(_ field: String, _ body: () throws(ProtobufError) -> Value) throws(EpochError) -> Value {
        do { return try body() } catch { throw EpochError(error.isLimit ? .tooLarge : .malformed, field, error.description) }
    }
}

extension EpochError: CustomStringConvertible {
    package var description: String { "\(field): \(detail)" }
}
