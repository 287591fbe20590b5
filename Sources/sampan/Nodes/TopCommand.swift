import ArgumentParser
import FoundationEssentials
import SampanAPI
import SampanRPC
import SampanTransport

struct TopCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "top",
        abstract: "Show the calls of a node while they happen: rate, failures, times, by method and institution.",
        discussion: """
            Every 2 s, the busiest first. Times are upper bounds: the true ones are at least half of them. With --once everything since \
            the node began, in calls.

            EXAMPLES
              sampan top 10.0.0.7:7443 --identity /var/lib/sampan/trust
              sampan top gateway.local:7443 --once --json

            Exit code: 0, 1 the node cannot be asked, 64 wrong usage.
            """)

    @Argument(help: "The node that is asked, host:port.")
    var node: String
    @Flag(help: "Show what there was since the node began, once.")
    var once = false
    @OptionGroup var caller: CallerOptions

    /// Between two looks.
    private static let interval: Duration = .seconds(2)
    /// What a terminal shows.
    private static let mostRows = 40

    func validate() throws { try CallerOptions.check(node) }

    func run() async throws {
        let remote = try caller.node(node)
        try await remote.connected { channel in
            let desk = TrustV1.NodeServiceClient(channel)
            var before = try await desk.listCallSeries(TrustV1.ListCallSeriesRequest())
            if once { return try show(CallTraffic(before, before: nil, seconds: 0), unit: "") }
            var seen = ContinuousClock.now
            while true {
                try await Task.sleep(for: Self.interval)
                let now = try await desk.listCallSeries(TrustV1.ListCallSeriesRequest())
                let elapsed = seen.duration(to: .now)
                seen = .now
                if Terminal.isSeen, !caller.json { StandardOutput.line(Terminal.clear) }
                try show(CallTraffic(now, before: before, seconds: elapsed / .seconds(1)), unit: "/s")
                before = now
            }
        }
    }

    private func show(_ traffic: CallTraffic, unit: String) throws {
        guard !caller.json else { return StandardOutput.line(try JSONText.of(traffic)) }
        let cells = traffic.rows.prefix(Self.mostRows).map { row in
            [
                row.direction, row.method, row.peer.isEmpty ? "-" : row.peer, row.route.isEmpty ? "-" : row.route, Self.short(row.rate),
                Self.short(row.failures), "\(row.open)", Self.short(row.median), Self.short(row.p99),
            ].map(CertificateDescription.printable)
        }
        StandardOutput.line(
            TextTable(["part", "method", "peer", "for", "calls\(unit)", "failed\(unit)", "open", "p50 ms", "p99 ms"], cells).text)
        let loads = traffic.loads.map { "\(Self.short($0 * 100)) %" }.joined(separator: ", ")
        let turns = traffic.longestTurns.map { Self.short($0) }.joined(separator: ", ")
        StandardOutput.line("loops: \(loads.isEmpty ? "" : "busy \(loads); ")longest turn of the last minute \(turns) ms")
    }

    /// Three digits are as much as there is to know.
    private static func short(_ value: Double?) -> String {
        guard let value else { return "-" }
        let whole = Int(exactly: value.rounded()) ?? .max
        if value >= 100 || value == value.rounded() { return "\(whole)" }
        let scale = value >= 10 ? 10.0 : value >= 1 ? 100.0 : 1_000.0
        return "\((value * scale).rounded() / scale)"
    }
}
