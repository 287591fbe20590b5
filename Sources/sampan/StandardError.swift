import Foundation

/// Lines for the person at the terminal, beside what a script reads.
enum StandardError {
    /// Without an end of the line.
    static func write(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }

    static func line(_ text: String) {
        FileHandle.standardError.write(Data((text + "\n").utf8))
    }
}
