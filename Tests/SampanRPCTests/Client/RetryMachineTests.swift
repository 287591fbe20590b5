@testable import SampanRPC
import SampanTestSupport
import Testing

@Suite("Retry machine")
struct RetryMachineTests {
    private var random = JitterRandom(seed: 7)
    private var throttle: RetryThrottle?

    private static func policy(attempts: Int = 3, multiplier: Double = 2) throws -> RetryPolicy {
        try RetryPolicy(
            maximumAttempts: attempts, initialBackoff: .milliseconds(100), maximumBackoff: .milliseconds(300),
            backoffMultiplier: multiplier, retryableCodes: [.unavailable, .aborted])
    }

    /// The one wait of `actions`, in milliseconds.
    private static func wait(_ actions: [AttemptAction]) throws -> Double {
        guard actions.count == 1, case .wait(let time) = actions[0] else {
            Issue.record("\(actions) is no wait")
            return 0
        }
        return time / .milliseconds(1)
    }

    @Test("waits grow with their factor to the maximum, ±20 %, and the last attempt counts")
    mutating func grows() throws {
        var machine = RetryMachine(try Self.policy(attempts: 5))
        #expect(machine.begin() == [.start(0)])
        for (attempt, base) in [100.0, 200, 300, 300].enumerated() {
            let wait = try Self.wait(machine.ended(attempt, with: AttemptEnd(.unavailable), throttle: &throttle, random: &random))
            #expect(wait >= base * 0.8 && wait <= base * 1.2)
            #expect(machine.waited(throttle: throttle) == [.start(attempt + 1)])
        }
        #expect(machine.ended(4, with: AttemptEnd(.unavailable), throttle: &throttle, random: &random) == [.commit(4)])
    }

    @Test("what ends the call at once", arguments: [StatusCode.ok, .internal, .deadlineExceeded, .cancelled, .unknown])
    mutating func final(code: StatusCode) throws {
        var machine = RetryMachine(try Self.policy())
        _ = machine.begin()
        #expect(machine.ended(0, with: AttemptEnd(code), throttle: &throttle, random: &random) == [.commit(0)])
        #expect(machine.waited(throttle: throttle) == [])
    }

    @Test("a head commits: what follows is the call's, retryable or not")
    mutating func head() throws {
        var machine = RetryMachine(try Self.policy())
        _ = machine.begin()
        #expect(machine.receivedHead(of: 0) == [.commit(0)])
        #expect(machine.ended(0, with: AttemptEnd(.unavailable), throttle: &throttle, random: &random) == [])
    }

    @Test("the server's wait replaces ours and starts ours anew; its \"never\" ends the call")
    mutating func pushback() throws {
        var machine = RetryMachine(try Self.policy(attempts: 5))
        _ = machine.begin()
        let own = try Self.wait(machine.ended(0, with: AttemptEnd(.aborted), throttle: &throttle, random: &random))
        #expect(own <= 120)
        _ = machine.waited(throttle: throttle)
        let end = AttemptEnd(.aborted, pushback: .after(.milliseconds(12_345)))
        #expect(machine.ended(1, with: end, throttle: &throttle, random: &random) == [.wait(.milliseconds(12_345))])
        _ = machine.waited(throttle: throttle)
        let anew = try Self.wait(machine.ended(2, with: AttemptEnd(.aborted), throttle: &throttle, random: &random))
        #expect(anew <= 120)
        _ = machine.waited(throttle: throttle)
        #expect(machine.ended(3, with: AttemptEnd(.aborted, pushback: .never), throttle: &throttle, random: &random) == [.commit(3)])
    }

    @Test("a pushback does not make a status retryable")
    mutating func pushbackOfFatal() throws {
        var machine = RetryMachine(try Self.policy())
        _ = machine.begin()
        let end = AttemptEnd(.internal, pushback: .after(.zero))
        #expect(machine.ended(0, with: end, throttle: &throttle, random: &random) == [.commit(0)])
    }

    @Test("a buffer that fills commits the attempt under way, or the one to come")
    mutating func buffer() throws {
        var machine = RetryMachine(try Self.policy())
        _ = machine.begin()
        #expect(machine.bufferFilled() == [.commit(0)])
        var waiting = RetryMachine(try Self.policy())
        _ = waiting.begin()
        _ = waiting.ended(0, with: AttemptEnd(.unavailable), throttle: &throttle, random: &random)
        #expect(waiting.bufferFilled() == [])
        #expect(waiting.waited(throttle: throttle) == [.start(1), .commit(1)])
    }

    @Test("a throttled channel does not retry, and its calls count all the same")
    mutating func throttled() throws {
        throttle = RetryThrottle(try RetryThrottling(maximumTokens: 4, tokenRatio: 1))
        for (index, isRetried) in [true, false, false].enumerated() {
            var machine = RetryMachine(try Self.policy())
            _ = machine.begin()
            let actions = machine.ended(0, with: AttemptEnd(.unavailable), throttle: &throttle, random: &random)
            #expect((actions != [.commit(0)]) == isRetried, "call \(index)")
        }
        #expect(throttle?.tokens == 1_000)
        for expected in [2_000, 3_000, 4_000, 4_000] {
            var machine = RetryMachine(try Self.policy())
            _ = machine.begin()
            #expect(machine.receivedHead(of: 0) == [.commit(0)])
            #expect(machine.ended(0, with: AttemptEnd(.ok), throttle: &throttle, random: &random) == [])
            #expect(throttle?.tokens == expected)
        }
    }

    @Test(
        "the token bucket: half of it or less stops retries", arguments: [(10, 0.5, 5), (3, 0.001, 2), (1, 1, 1), (1_000, 0.3, 500)])
    func bucket(tokens: Int, ratio: Double, failures: Int) throws {
        var throttle = RetryThrottle(try RetryThrottling(maximumTokens: tokens, tokenRatio: ratio))
        for _ in 0..<failures {
            #expect(!throttle.isThrottled)
            throttle.failed()
        }
        #expect(throttle.isThrottled)
        for _ in 0..<2_000 { throttle.failed() }
        #expect(throttle.tokens == 0)
        throttle.succeeded()
        #expect(throttle.tokens == Int((ratio * 1_000).rounded()))
    }

    @Test(
        "what a server may say of another attempt",
        arguments: [
            ("0", .after(.zero)), ("1", .after(.milliseconds(1))), ("999999999", .after(.milliseconds(999_999_999))), ("-1", .never),
            ("", .never), ("9999999999", .never), ("1.5", .never), ("1 ", .never), ("十", .never),
        ] as [(String, Pushback)])
    func pushbackText(text: String, expected: Pushback) {
        #expect(Pushback(Array(text.utf8).span) == expected)
    }
}
