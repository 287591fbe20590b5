internal import Glibc

/// The line that says that a program has come as far as it is waited for.
enum ReadyLine {
    /// Prints `ready …` and makes sure that it leaves: into a pipe, standard output goes in blocks.
    static func print(_ what: some CustomStringConvertible) {
        Swift.print("ready \(what)")
        fflush(nil)
    }
}
