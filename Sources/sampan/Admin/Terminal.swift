import Glibc

/// The person at the terminal, where there is one.
enum Terminal {
    /// Whether a question can be asked and answered.
    static var canAsk: Bool { isatty(STDIN_FILENO) == 1 && isatty(STDERR_FILENO) == 1 }
    /// Whether what is printed is seen by a person, and may be drawn over.
    static var isSeen: Bool { isatty(STDOUT_FILENO) == 1 }
    /// Puts the cursor into the upper left corner of an empty screen (ECMA-48 ED, CUP).
    static let clear = "\u{1B}[2J\u{1B}[H"

    /// True for y or yes, in either case; anything else is no.
    static func ask(_ question: String) -> Bool {
        StandardError.line("\(question) [y/N]")
        return ["y", "yes"].contains(readLine()?.lowercased() ?? "")
    }
}
