/// What is wrong with a configuration file: where, and what would be right.
package struct ConfigurationError: Error, Sendable, Hashable {
    package let file: String
    /// Line of the file, from 1; nil when the whole file is meant.
    package let line: Int?
    package let message: String

    package init(file: String, line: Int? = nil, message: String) {
        self.file = file
        self.line = line
        self.message = Self.printable(message)
    }

    /// Longest message, in characters: a text of the file may stand in it, and it is printed as one line.
    private static let longestMessage = 500

    /// What stands in the file must not move the cursor, end the line or colour it: control characters become `?`.
    private static func printable(_ text: String) -> String {
        String(text.prefix(longestMessage).map { $0.unicodeScalars.contains { $0.properties.generalCategory == .control } ? "?" : $0 })
    }
}

extension ConfigurationError: CustomStringConvertible {
    package var description: String {
        if let line { "\(file):\(line): \(message)" } else { "\(file): \(message)" }
    }
}
