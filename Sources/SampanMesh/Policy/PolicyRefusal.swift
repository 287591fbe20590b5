/// Why a text is not taken as a policy; what was in force stays.
package struct PolicyRefusal: Error, Sendable, Hashable {
    /// Line of the text, from 1; nil when the whole is meant.
    package let line: Int?
    /// What is wrong, and what would be right.
    package let message: String

    package init(line: Int? = nil, _ message: String) {
        self.line = line
        self.message = message
    }
}

extension PolicyRefusal: CustomStringConvertible {
    package var description: String { line.map { "line \($0): \(message)" } ?? message }
}
