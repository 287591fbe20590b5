/// What is wrong with a configuration file: where, and what would be right.
package struct ConfigurationError: Error, Sendable, Hashable {
    package let file: String
    /// Line of the file, from 1; nil when the whole file is meant.
    package let line: Int?
    package let message: String

    package init(file: String, line: Int? = nil, message: String) {
        self.file = file
        self.line = line
        self.message = message
    }
}

extension ConfigurationError: CustomStringConvertible {
    package var description: String {
        if let line { "\(file):\(line): \(message)" } else { "\(file): \(message)" }
    }
}
