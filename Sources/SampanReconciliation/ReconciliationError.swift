/// Why a day could not be reconciled. Names files, lines and columns, never a field's content.
package enum ReconciliationError: Error, Sendable, Hashable {
    /// A file that the day needs is not there.
    case missing(String)
    /// What is wrong in a file, and where (line 1 is the first; nil where there are no lines).
    case badData(file: String, line: Int?, column: String?, problem: String)
    /// A file could not be read: its path and the system's words.
    case unreadable(path: String, problem: String)
    /// Breaks or what is kept meanwhile could not be written.
    case notWritten(path: String, problem: String)
}

extension ReconciliationError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .missing(let what): what
        case .badData(let file, let line, let column, let problem):
            [file, line.map { "line \($0)" }, column.map { "column \($0)" }, problem].compactMap(\.self).joined(separator: ": ")
        case .unreadable(let path, let problem): "\(path) could not be read: \(problem)"
        case .notWritten(let path, let problem): "\(path) could not be written: \(problem)"
        }
    }
}
