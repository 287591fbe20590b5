import Foundation
@testable import SampanRPC
import Testing

@Suite("Service config")
struct ServiceConfigTests {
    static let whole = """
        {
          "loadBalancingConfig": [{"xds_experimental": {}}, {"round_robin": {}}, {"pick_first": {}}],
          "methodConfig": [
            {"name": [{"service": "s.A", "method": "M"}], "timeout": "1.5s", "waitForReady": true,
             "maxRequestMessageBytes": 1024, "maxResponseMessageBytes": 2048,
             "retryPolicy": {"maxAttempts": 4, "initialBackoff": "0.1s", "maxBackoff": "1s", "backoffMultiplier": 2,
                             "retryableStatusCodes": ["UNAVAILABLE", "aborted", 8]}},
            {"name": [{"service": "s.A"}, {"service": "s.B"}],
             "hedgingPolicy": {"maxAttempts": 3, "hedgingDelay": "0.25s", "nonFatalStatusCodes": ["UNAVAILABLE"]}},
            {"name": [{}], "timeout": "30s"}
          ],
          "retryThrottling": {"maxTokens": 10, "tokenRatio": 0.1234},
          "healthCheckConfig": {"serviceName": "passed over"}
        }
        """

    private static func read<T: Decodable>(_ type: T.Type, _ text: String) throws -> T {
        try JSONDecoder().decode(type, from: Data(text.utf8))
    }

    private static func method(_ service: String, _ name: String) -> MethodDescriptor {
        MethodDescriptor(service: service, name: name, kind: .unary)
    }

    @Test("gRPC's JSON form is read, and a method finds its own config, its service's, or the default")
    func whole() throws {
        let config = try Self.read(ServiceConfig.self, Self.whole)
        #expect(config.balancing == .roundRobin)
        #expect(config.throttling == (try RetryThrottling(maximumTokens: 10, tokenRatio: 0.123)))
        let own = try #require(config.config(for: Self.method("s.A", "M")))
        #expect(own.timeout == .milliseconds(1_500) && own.waitForReady)
        #expect(own.maximumRequestBytes == 1_024 && own.maximumResponseBytes == 2_048)
        let retry = try RetryPolicy(
            maximumAttempts: 4, initialBackoff: .milliseconds(100), maximumBackoff: .seconds(1), backoffMultiplier: 2,
            retryableCodes: [.unavailable, .aborted, .resourceExhausted])
        #expect(own.repetition == .retry(retry))
        let hedging = try HedgingPolicy(maximumAttempts: 3, delay: .milliseconds(250), nonFatalCodes: [.unavailable])
        for other in [Self.method("s.A", "N"), Self.method("s.B", "M")] {
            #expect(config.config(for: other)?.repetition == .hedging(hedging))
        }
        #expect(config.config(for: Self.method("s.C", "M"))?.timeout == .seconds(30))
        #expect(ServiceConfig.none.config(for: Self.method("s.C", "M")) == nil)
    }

    @Test(
        "durations are protobuf's JSON",
        arguments: [
            ("0s", .zero), ("1s", .seconds(1)), ("1.5s", .milliseconds(1_500)), ("0.000000001s", .nanoseconds(1)),
            ("1.000000000s", .seconds(1)), ("-2.5s", .milliseconds(-2_500)), ("315576000000s", .seconds(315_576_000_000)),
            ("315576000001s", nil), ("1.0000000001s", nil), ("1", nil), ("s", nil), (".5s", nil), ("1.s", nil), ("1,5s", nil), ("+1s", nil),
            ("--1s", nil), (" 1s", nil), ("1e3s", nil), ("", nil), ("１s", nil), ("一s", nil), ("9999999999999s", nil),
        ] as [(String, Duration?)])
    func durations(text: String, expected: Duration?) {
        #expect(JSONDuration(text)?.value == expected)
    }

    private static func retry(
        attempts: String = "2", initial: String = "\"1s\"", maximum: String = "\"1s\"", multiplier: String = "1", codes: String = "[14]"
    ) -> String {
        """
        {"methodConfig": [{"name": [{}], "retryPolicy": {"maxAttempts": \(attempts), "initialBackoff": \(initial), "maxBackoff": \(maximum),
         "backoffMultiplier": \(multiplier), "retryableStatusCodes": \(codes)}}]}
        """
    }

    @Test(
        "what is wrong is named",
        arguments: [
            (retry(attempts: "1"), "retryPolicy.maxAttempts"), (retry(attempts: "-3"), "retryPolicy.maxAttempts"),
            (retry(initial: "\"0s\""), "retryPolicy.initialBackoff"), (retry(maximum: "\"-1s\""), "retryPolicy.maxBackoff"),
            (retry(multiplier: "0"), "retryPolicy.backoffMultiplier"), (retry(multiplier: "1000.5"), "retryPolicy.backoffMultiplier"),
            (retry(codes: "[]"), "retryPolicy.retryableStatusCodes"), (retry(codes: "[\"OK\"]"), "retryPolicy.retryableStatusCodes"),
            (#"{"methodConfig": [{"hedgingPolicy": {"maxAttempts": 1}}]}"#, "hedgingPolicy.maxAttempts"),
            (#"{"methodConfig": [{"hedgingPolicy": {"maxAttempts": 2, "hedgingDelay": "-1s"}}]}"#, "hedgingPolicy.hedgingDelay"),
            (
                #"{"methodConfig": [{"hedgingPolicy": {"maxAttempts": 2, "nonFatalStatusCodes": [0]}}]}"#,
                "hedgingPolicy.nonFatalStatusCodes"
            ),
            (#"{"methodConfig": [{"name": [{"method": "M"}]}]}"#, "methodConfig.name"),
            (#"{"methodConfig": [{"name": [{}]}, {"name": [{}]}]}"#, "methodConfig.name"),
            (#"{"methodConfig": [{"timeout": "-1s"}]}"#, "methodConfig.timeout"),
            (#"{"methodConfig": [{"maxRequestMessageBytes": -1}]}"#, "methodConfig.maxRequestMessageBytes"),
            (#"{"methodConfig": [{"maxResponseMessageBytes": 4294967296}]}"#, "methodConfig.maxResponseMessageBytes"),
            (#"{"retryThrottling": {"maxTokens": 0, "tokenRatio": 1}}"#, "retryThrottling.maxTokens"),
            (#"{"retryThrottling": {"maxTokens": 1001, "tokenRatio": 1}}"#, "retryThrottling.maxTokens"),
            (#"{"retryThrottling": {"maxTokens": 1, "tokenRatio": 0.0009}}"#, "retryThrottling.tokenRatio"),
            (#"{"loadBalancingConfig": [{"grpclb": {}}]}"#, "loadBalancingConfig"),
            (#"{"loadBalancingConfig": []}"#, "loadBalancingConfig"),
            (
                #"{"loadBalancingConfig": [{"least_request": {"choiceCount": 1}}]}"#, "loadBalancingConfig.least_request.choiceCount"
            ),
        ])
    func refused(text: String, field: String) {
        let error = #expect(throws: ServiceConfigError.self) { try Self.read(ServiceConfig.self, text) }
        #expect(error?.field == field)
    }

    @Test("both policies for one method, unknown codes and bad durations are refused")
    func refusedElsewhere() {
        let both = """
            {"methodConfig": [{"retryPolicy": {"maxAttempts": 2, "initialBackoff": "1s", "maxBackoff": "1s", "backoffMultiplier": 1,
             "retryableStatusCodes": [14]}, "hedgingPolicy": {"maxAttempts": 2}}]}
            """
        for text in [both, Self.retry(codes: "[17]"), Self.retry(codes: "[\"没有\"]"), Self.retry(initial: "\"1\"")] {
            #expect(throws: ServiceConfigError.self) { try Self.read(ServiceConfig.self, text) }
        }
        #expect(throws: (any Error).self) { try Self.read(ServiceConfig.self, Self.retry(codes: "14")) }
    }

    @Test("more attempts and choices than there may be are cut to the limit", arguments: [(2, 2), (5, 5), (6, 5), (1_000, 5)])
    func limits(asked: Int, taken: Int) throws {
        let retry = try RetryPolicy(
            maximumAttempts: asked, initialBackoff: .seconds(1), maximumBackoff: .seconds(1), backoffMultiplier: 1000,
            retryableCodes: [.unavailable])
        #expect(retry.maximumAttempts == taken)
        #expect(try HedgingPolicy(maximumAttempts: asked).maximumAttempts == taken)
        let text = #"[{"least_request_experimental": {"choiceCount": \#(asked)}}]"#
        let expected = try BalancingPolicy.leastRequest(choices: LeastRequestChoices(min(asked, 10)))
        #expect(try Self.read(BalancingPolicy.self, text) == expected)
        #expect(try Self.read(BalancingPolicy.self, #"{"least_request": {}}"#) == .leastRequest(choices: .two))
    }
}
