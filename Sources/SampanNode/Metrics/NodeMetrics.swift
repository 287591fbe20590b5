internal import SampanCrypto
internal import SampanFerry
internal import SampanMesh
internal import SampanMetrics
internal import SampanRPC
internal import SampanTransport

/// Everything that a node measures of itself, gathered when somebody asks. Safe from any task.
///
/// Nothing in it is of a person: methods, institutions, statuses, numbers and times.
struct NodeMetrics: Sendable {
    let group: EventLoopGroup
    let server: GRPCServer
    let router: MeshRouter
    let security: NodeSecurity
    /// Of rows that crossed the gap here.
    let ferrySpans: FerrySpans?

    /// Waits for one turn of every loop.
    func families() async -> [MetricFamily] {
        var families = CallFamilies.families(await group.callFigures())
        families += Self.families(await group.loopFigures())
        families += await connections()
        families += [handshakes, refusals]
        families.append(
            MetricFamily(
                "sampan_spans_dropped", .counter, help: "Spans that no collector took in time.",
                [MetricSample([], .count(await group.droppedSpans() &+ (ferrySpans?.dropped ?? 0)))]))
        families += await trust()
        families += ProcessFigures.now()?.families ?? []
        return families
    }

    static func families(_ loops: [LoopFigures]) -> [MetricFamily] {
        let numbered = loops.enumerated().map { (figures: $1, labels: [MetricSample.Label("loop", "\($0)")]) }
        return [
            MetricFamily(
                "sampan_loop_turn_seconds", .histogram, unit: "seconds", help: "Turns of an event loop by their length.",
                numbered.map { MetricSample($0.labels, .histogram(CallFamilies.histogram($0.figures.turns))) }),
            MetricFamily(
                "sampan_loop_longest_turn_seconds", .gauge, unit: "seconds",
                help: "The longest turn of the last minute: so long others had to wait.",
                numbered.map { MetricSample($0.labels, .number(CallFamilies.seconds($0.figures.longestTurn))) }),
        ]
    }

    private func connections() async -> [MetricFamily] {
        let arrived = await server.count { _ in true }
        let all = await security.credentials.count()
        let rows: [(side: String, connections: Int, streams: Int)] = [
            ("in", arrived.connections, arrived.streams),
            ("out", max(0, all.connections - arrived.connections), max(0, all.streams - arrived.streams)),
        ]
        return [
            MetricFamily(
                "sampan_connections", .gauge, help: "Connections to verified peers, by who opened them.",
                rows.map { MetricSample([.init("side", $0.side)], .integer(Int64($0.connections))) }),
            MetricFamily(
                "sampan_streams", .gauge, help: "Open calls of these connections.",
                rows.map { MetricSample([.init("side", $0.side)], .integer(Int64($0.streams))) }),
            MetricFamily(
                "sampan_relay_channels", .gauge, help: "Channels to other nodes that calls are passed on over.",
                [MetricSample([], .integer(Int64(router.channelCount)))]),
        ]
    }

    private var handshakes: MetricFamily {
        let counts = server.handshakeFailures.counts.sorted { $0.key.rawValue < $1.key.rawValue }
        return MetricFamily(
            "sampan_handshakes", .counter, help: "TLS handshakes of peers, by what became of them (SUCCESS, or the label of gRFC A118).",
            counts.map { MetricSample([.init("result", $0.key.rawValue)], .integer(Int64($0.value))) })
    }

    private var refusals: MetricFamily {
        let calls = server.refusedCalls
        let reasons = [
            ("rate", calls.byRate), ("concurrency", calls.byConcurrency), ("retry-budget", calls.byRetryBudget),
            ("overload", calls.byOverload),
        ]
        return MetricFamily(
            "sampan_calls_refused", .counter, help: "Calls that were refused for what their institution, or all together, asked too much.",
            reasons.map { MetricSample([.init("reason", $0.0)], .integer(Int64($0.1))) })
    }

    private func trust() async -> [MetricFamily] {
        let now = WallClock.now()
        let left = UnixTimeSpan.seconds(from: now, to: security.certificateEnd)
        var families = [
            MetricFamily(
                "sampan_certificate_left_seconds", .gauge, unit: "seconds", help: "Time until the node's own certificate ends.",
                [MetricSample([], .number(left))])
        ]
        guard let status = await security.trustStatus() else { return families }
        families += [
            MetricFamily(
                "sampan_epoch_number", .gauge, help: "The trust epoch in force; 0 before the first.",
                [MetricSample([], .count(status.epochNumber))]),
            MetricFamily(
                "sampan_platform_connected", .gauge, help: "1 while the platform's stream of epochs is there.",
                [MetricSample([], .integer(status.isConnected ? 1 : 0))]),
            MetricFamily(
                "sampan_platform_silence_seconds", .gauge, unit: "seconds",
                help: "How long nobody has said that the epoch in force is the newest; 0 while the platform's stream is there.",
                [MetricSample([], .number(CallFamilies.seconds(status.silenceNanoseconds)))]),
        ]
        if let issued = status.epochIssuedAt {
            families.append(
                MetricFamily(
                    "sampan_epoch_age_seconds", .gauge, unit: "seconds", help: "Time since the epoch in force was made.",
                    [MetricSample([], .number(UnixTimeSpan.seconds(from: issued, to: now)))]))
        }
        if let skew = status.skewNanoseconds {
            families.append(
                MetricFamily(
                    "sampan_clock_skew_seconds", .gauge, unit: "seconds", help: "This node's clock minus the authority's.",
                    [MetricSample([], .number(CallFamilies.seconds(skew)))]))
        }
        return families
    }
}
