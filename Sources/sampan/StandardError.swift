import Foundation

/// Lines for the person at the terminal, beside what a script reads.
enum StandardError {
    static func line(_ text: String) {
        FileHandle.standardError.write(Data((text + "\n").utf8))
    }
}
