import Foundation

/// Lines for scripts, written at once.
enum StandardOutput {
    static func line(_ text: String) {
        FileHandle.standardOutput.write(Data((text + "\n").utf8))
    }

    /// A text that has its line ends already.
    static func text(_ text: String) { FileHandle.standardOutput.write(Data(text.utf8)) }
}
