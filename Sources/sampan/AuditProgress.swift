/// How far a command is with a long log.
struct AuditProgress {
    private let verb: String
    private let total: UInt64
    private let meter = ProgressMeter(isShown: true)

    init(_ verb: String, of total: UInt64) {
        self.verb = verb
        self.total = total
    }

    func show(_ done: UInt64) {
        guard total > 0 else { return }
        meter.show("\(verb) \(done) of \(total) entries (\(done.multipliedFullWidth(by: 100).low / total) %)")
    }

    /// Takes the line away.
    func end() { meter.clear() }
}
