import SampanTuning

/// What `sampan ferry tune` says.
struct TuningReport: Codable {
    let settings: [FerryFigures]
    let choice: FerryFigures

    /// Nil without figures.
    init?(_ figures: [FerryFigures]) {
        guard let choice = FerrySweep.best(of: figures) else { return nil }
        (settings, self.choice) = (figures, choice)
    }

    private static let head = ["", "workers", "batch", "requests/s", "p50 ms", "p99 ms", "CPU µs outside", "CPU µs inside"]

    var text: String {
        let rows = settings.map { row in
            let isChoice = row.workers == choice.workers && row.batch == choice.batch
            return [
                isChoice ? "*" : "", "\(row.workers)", "\(row.batch)", "\(row.requestsPerSecond)", "\(row.p50Milliseconds)",
                "\(row.p99Milliseconds)", "\(row.gatewayMicroseconds)", "\(row.insideMicroseconds)",
            ]
        }
        return """
            \(TextTable(Self.head, rows).text)
            best here: workers: \(choice.workers), batch: \(choice.batch)
            """
    }
}
