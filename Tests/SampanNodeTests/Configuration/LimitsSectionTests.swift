import Foundation
import SampanRPC
import SampanTransport
import StoreTestSupport
import Testing

@testable import SampanNode

@Suite("Limits of a node's file")
struct LimitsSectionTests {
    private let directory: TemporaryDirectory
    init() throws { directory = try TemporaryDirectory() }

    private static let good = """
        limits:
          calls-per-second: 500
          burst: 700
          calls-at-once: 40
          retry-percent: 10
          queueing: 30ms
          priorities:
            - { methods: [sampan.payment.v1.PaymentService, sampan.gateway.v1.RequestService/WatchRequest], priority: high }
            - { methods: [sampan.stats.v1.StatsService], priority: background }
          highest-priority:
            - { roles: [app, hospital], priority: normal }
        """

    private func read(_ text: String) throws -> LoadLimits {
        let file = directory.file("node.yaml")
        try (ConfigurationTests.gateway + [text]).joined(separator: "\n").write(toFile: file, atomically: false, encoding: .utf8)
        return try GatewayConfiguration(file: file).limits
    }

    @Test("every key is read")
    func whole() throws {
        let limits = try read(Self.good)
        #expect(limits.callsPerSecond == 500 && limits.burst == 700 && limits.callsAtOnce == 40 && limits.retryPercent == 10)
        #expect(limits.queueingLimit == .milliseconds(30))
        #expect(
            limits.priorities == [
                "sampan.payment.v1.PaymentService": .high, "sampan.gateway.v1.RequestService/WatchRequest": .high,
                "sampan.stats.v1.StatsService": .background,
            ])
        #expect(limits.highestPriorities == [.app: .normal, .hospital: .normal])
    }

    @Test("left out: the defaults; false: no shedding", arguments: ["", "limits: {}", "limits:"])
    func defaults(text: String) throws {
        let limits = try read(text)
        #expect(limits.callsPerSecond == 20_000 && limits.burst == 20_000 && limits.callsAtOnce == 10_000 && limits.retryPercent == 20)
        #expect(limits.queueingLimit == .milliseconds(50) && limits.priorities.isEmpty && limits.highestPriorities == [.app: .high])
        #expect(try read("limits: { shedding: false }").queueingLimit == nil)
        #expect(try read("limits: { calls-per-second: 0 }").callsPerSecond == 0)
    }

    @Test(
        "what is wrong is named, with what was probably meant",
        arguments: [
            ("calls-per-second: 500", "calls-per-secend: 500", "did you mean calls-per-second"),
            ("limits:", "limit:", "did you mean limits"), ("queueing: 30ms", "queing: 30ms", "did you mean queueing"),
            ("calls-per-second: 500", "calls-per-second: -1", "from 0 to 1000000"),
            ("calls-per-second: 500", "calls-per-second: 1000001", "from 0 to 1000000"), ("burst: 700", "burst: 0", "from 1"),
            ("retry-percent: 10", "retry-percent: 10%", "whole number"), ("queueing: 30ms", "queueing: 30", "a time such as"),
            ("queueing: 30ms", "queueing: 0ms", "a time such as"), ("queueing: 30ms", "shedding: maybe", "true or false"),
            ("priority: high", "priority: urgent", "background, normal, high, critical"),
            ("priority: high", "priorty: high", "did you mean priority?"),
            ("sampan.stats.v1.StatsService", "sampan.payment.v1.PaymentService", "a second time"),
            ("sampan.stats.v1.StatsService", "sampan.stats/a/b", "service or service/Method"),
            ("sampan.stats.v1.StatsService", "\"\"", "service or service/Method"), ("[app, hospital]", "[king]", "king"),
            ("methods: [sampan.stats.v1.StatsService], ", "", "methods is missing"),
        ])
    func wrong(old: String, new: String, hint: String) throws {
        let error = #expect(throws: ConfigurationError.self) { try read(Self.good.replacing(old, with: new)) }
        #expect(error?.message.contains(hint) == true, "\(error.map { "\($0)" } ?? "none")")
    }
}
