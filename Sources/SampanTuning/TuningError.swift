/// Why nothing could be measured; the text is for a person.
package struct TuningError: Error, Sendable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }
}
