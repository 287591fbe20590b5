/// Why a play could not go on, or what was found wrong; for the person at the terminal.
package struct HarnessError: Error, Sendable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }
}
