/// How a number that names a person is shown to people. Names and addresses are not shown at all.
package enum Mask {
    /// An identity number: the first three and the last two characters stay (`110**************X1` has 18), a shorter one
    /// than eight characters is hidden entirely.
    package static func identityNumber(_ text: String) -> String { hide(text, first: 3, last: 2, least: 8) }

    /// A telephone number: `138******34`.
    package static func phone(_ text: String) -> String { hide(text, first: 3, last: 2, least: 8) }

    private static func hide(_ text: String, first: Int, last: Int, least: Int) -> String {
        let count = text.count
        guard count >= least else { return String(repeating: "*", count: count) }
        return text.prefix(first) + String(repeating: "*", count: count - first - last) + text.suffix(last)
    }
}
