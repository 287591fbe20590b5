/// One thing that `sampan check` looked at: in order, or what is wrong, why, and what to do.
struct CheckFinding: Codable, Sendable, Hashable {
    enum Severity: String, Codable, Sendable, Comparable {
        case ok
        /// Works now.
        case warning
        /// Does not work.
        case error

        static func < (left: Severity, right: Severity) -> Bool { left.rank < right.rank }

        private var rank: Int {
            switch self {
            case .ok: 0
            case .warning: 1
            case .error: 2
            }
        }
    }

    /// What belongs together, as it is shown.
    enum Group: String, Codable, Sendable, CaseIterable {
        case configuration, files, certificate, clock, network, data
    }

    let group: Group
    /// Stable: handbooks and scripts speak of it.
    let code: CheckCode
    let severity: Severity
    /// What is so, in one sentence.
    let cause: String
    /// What to do, in one sentence; nil where nothing is.
    let fix: String?

    init(_ group: Group, _ code: CheckCode, _ severity: Severity, _ cause: String, _ fix: String? = nil) {
        self.group = group
        self.code = code
        self.severity = severity
        self.cause = cause
        self.fix = fix
    }

    var line: String {
        let mark =
            switch severity {
            case .ok: "ok     "
            case .warning: "warning"
            case .error: "error  "
            }
        let text = fix.map { "\(cause); \($0)" } ?? cause
        return "  \(mark)  \(code.rawValue)  \(CertificateDescription.printable(text))"
    }
}
