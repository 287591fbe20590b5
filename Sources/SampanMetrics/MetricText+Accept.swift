extension MetricText {
    /// What a reader gets that sent this `Accept` (RFC 9110 §12.5.1): OpenMetrics where it asks for it by name, in a version that is
    /// written here, and likes no plain text better. Nil and what cannot be read stand for plain text, which everybody reads.
    package init(accept: String?) {
        var (open, plain) = (0, 0)
        for range in (accept ?? "").split(separator: ",").prefix(Self.longestList) {
            var parts = range.split(separator: ";", omittingEmptySubsequences: false).map { Self.trimmed($0) }
            let type = parts.removeFirst()
            let quality = Self.quality(Self.parameter("q", of: parts))
            switch type {
            case "application/openmetrics-text":
                // Version 0.0.1 is the same but for the name.
                if ["", "1.0.0", "0.0.1"].contains(Self.parameter("version", of: parts) ?? "") { open = max(open, quality) }
            case "text/plain", "text/*": plain = max(plain, quality)
            default: break
            }
        }
        self = open > 0 && open >= plain ? .openMetrics : .prometheus
    }

    /// Media ranges that are looked at.
    private static let longestList = 32

    private static func parameter(_ name: String, of parts: [String]) -> String? {
        for part in parts {
            let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if pair.count == 2, trimmed(pair[0]) == name { return trimmed(pair[1]) }
        }
        return nil
    }

    /// In thousandths; what cannot be read is nothing.
    private static func quality(_ text: String?) -> Int {
        guard let text else { return 1_000 }
        guard let value = Double(text), value >= 0, value <= 1 else { return 0 }
        return Int(value * 1_000)
    }

    /// Lower case, without blanks and quotes around it.
    private static func trimmed(_ text: Substring) -> String {
        let isEdge: (Character) -> Bool = { $0 == " " || $0 == "\t" || $0 == "\"" }
        return String(text.drop(while: isEdge).reversed().drop(while: isEdge).reversed()).lowercased()
    }
}
