import SampanTestSupport

/// What a load came to; as text for a person, as one line of JSON for a program.
struct LoadReport {
    let counts: LoadTally.Counts
    let seconds: Double
    /// CPU seconds of this process.
    let clientCPU: Double
    /// CPU seconds of the server, where its process is known.
    let serverCPU: Double?

    private var callsPerSecond: Double { Double(counts.calls) / seconds }
    private var messagesPerSecond: Double { Double(counts.messages) / seconds }

    private func microseconds(_ percent: Double) -> Double { Double(counts.latencies.percentile(percent) ?? 0) / 1e3 }

    private func per100kCalls(_ cpu: Double) -> Double { cpu / Double(max(1, counts.calls)) * 1e5 }
    private func perMillionMessages(_ cpu: Double) -> Double { cpu / Double(max(1, counts.messages)) * 1e6 }

    var text: String {
        var lines = [
            "\(counts.calls) calls, \(counts.messages) messages in \(rounded(seconds, 2)) s: \(Int(callsPerSecond)) calls/s, "
                + "\(Int(messagesPerSecond)) messages/s",
            "latency p50 \(rounded(microseconds(50), 1)) µs, p99 \(rounded(microseconds(99), 1)) µs, "
                + "p99.9 \(rounded(microseconds(99.9), 1)) µs, largest \(rounded(Double(counts.latencies.largest) / 1e3, 1)) µs",
        ]
        for (side, cpu) in [("client", clientCPU as Double?), ("server", serverCPU)] {
            guard let cpu else { continue }
            lines.append(
                "\(side) CPU \(rounded(per100kCalls(cpu), 3)) s per 100,000 calls, \(rounded(perMillionMessages(cpu), 3)) s per "
                    + "1,000,000 messages")
        }
        return lines.joined(separator: "\n")
    }

    /// Keys with their units; times in microseconds and seconds.
    var json: String {
        var fields: [(String, Double)] = [
            ("calls", Double(counts.calls)), ("messages", Double(counts.messages)), ("seconds", seconds),
            ("callsPerSecond", callsPerSecond), ("messagesPerSecond", messagesPerSecond), ("p50Microseconds", microseconds(50)),
            ("p99Microseconds", microseconds(99)), ("p999Microseconds", microseconds(99.9)),
            ("largestMicroseconds", Double(counts.latencies.largest) / 1e3), ("clientCPUSecondsPer100kCalls", per100kCalls(clientCPU)),
        ]
        if let serverCPU { fields.append(("serverCPUSecondsPer100kCalls", per100kCalls(serverCPU))) }
        return "{" + fields.map { "\"\($0)\": \($1)" }.joined(separator: ", ") + "}"
    }

    private func rounded(_ value: Double, _ digits: Int) -> Double {
        let scale = (0..<digits).reduce(1.0) { scale, _ in scale * 10 }
        return (value * scale).rounded() / scale
    }
}
