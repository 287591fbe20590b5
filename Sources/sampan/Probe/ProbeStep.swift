/// One thing that `sampan probe` looked at.
struct ProbeStep: Codable, Sendable, Hashable {
    enum Verdict: String, Codable, Sendable {
        case pass = "PASS"
        case fail = "FAIL"
        /// Not looked at: something before it failed, or the node does not offer it.
        case skip = "SKIP"
    }

    let name: String
    let verdict: Verdict
    /// Nil where nothing was timed.
    let milliseconds: Double?
    /// Of a failed handshake: a label of gRPC's proposal A118. Of a call: its status.
    var label: String?
    /// What was seen, or why it failed.
    let detail: String
    /// What to do about it; nil where nothing is.
    var advice: String?

    init(
        _ name: String, _ verdict: Verdict, _ time: Duration? = nil, label: String? = nil, _ detail: String, advice: String? = nil
    ) {
        self.name = name
        self.verdict = verdict
        milliseconds = time.map { ($0 / .microseconds(10)).rounded() / 100 }
        self.label = label
        self.detail = detail
        self.advice = advice
    }

    var cells: [String] {
        let time = milliseconds.map { milliseconds in
            let hundredths = Int64((milliseconds * 100).rounded())
            return "\(hundredths / 100).\(hundredths % 100 < 10 ? "0" : "")\(hundredths % 100)"
        }
        let text = [label.map { "\($0): \(detail)" } ?? detail, advice.map { "→ \($0)" }].compactMap { $0 }.joined(separator: " ")
        return [verdict.rawValue, name, time ?? "-", CertificateDescription.printable(text)]
    }
}
