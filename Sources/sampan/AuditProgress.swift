import Glibc

/// How far a command is with a long log, on one line of standard error; nothing where that is no terminal.
struct AuditProgress {
    private let verb: String
    private let total: UInt64
    private let isShown = isatty(2) == 1

    init(_ verb: String, of total: UInt64) {
        self.verb = verb
        self.total = total
    }

    func show(_ done: UInt64) {
        guard isShown, total > 0 else { return }
        StandardError.write("\r\(verb) \(done) of \(total) entries (\(done.multipliedFullWidth(by: 100).low / total) %)")
    }

    /// Ends the line.
    func end() { if isShown, total > 0 { StandardError.write("\n") } }
}
