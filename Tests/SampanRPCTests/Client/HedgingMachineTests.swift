@testable import SampanRPC
import Testing

@Suite("Hedging machine")
struct HedgingMachineTests {
    private var random = JitterRandom(seed: 7)
    private var throttle: RetryThrottle?
    private static let delay = Duration.milliseconds(50)

    private static func machine(attempts: Int = 3, delay: Duration = Self.delay) throws -> HedgingMachine {
        HedgingMachine(try HedgingPolicy(maximumAttempts: attempts, delay: delay, nonFatalCodes: [.unavailable]))
    }

    private mutating func end(_ machine: inout HedgingMachine, _ attempt: Int, _ code: StatusCode, _ pushback: Pushback? = nil)
        -> [AttemptAction]
    {
        machine.ended(attempt, with: AttemptEnd(code, pushback: pushback), throttle: &throttle, random: &random)
    }

    @Test("one after each delay, until there are enough")
    mutating func delayed() throws {
        var machine = try Self.machine()
        #expect(machine.begin() == [.start(0), .wait(Self.delay)])
        #expect(machine.waited(throttle: nil) == [.start(1), .wait(Self.delay)])
        #expect(machine.waited(throttle: nil) == [.start(2)])
        #expect(machine.waited(throttle: nil) == [])
        #expect(machine.receivedHead(of: 1) == [.commit(1)])
        #expect(machine.receivedHead(of: 2) == [])
        #expect(end(&machine, 1, .ok) == [])
    }

    @Test("no delay sends all at once")
    func atOnce() throws {
        var machine = try Self.machine(delay: .zero)
        #expect(machine.begin() == [.start(0), .start(1), .start(2)])
        #expect(machine.waited(throttle: nil) == [])
    }

    @Test("a non-fatal status brings the next at once; the last of all counts")
    mutating func nonFatal() throws {
        var machine = try Self.machine()
        _ = machine.begin()
        #expect(end(&machine, 0, .unavailable) == [.start(1), .wait(Self.delay)])
        #expect(machine.waited(throttle: nil) == [.start(2)])
        #expect(end(&machine, 2, .unavailable) == [])
        #expect(end(&machine, 1, .unavailable) == [.commit(1)])
    }

    @Test("a fatal status ends the call, and so does an answer without a head", arguments: [StatusCode.internal, .ok])
    mutating func fatal(code: StatusCode) throws {
        var machine = try Self.machine()
        _ = machine.begin()
        _ = machine.waited(throttle: nil)
        #expect(end(&machine, 0, code) == [.commit(0)])
        #expect(machine.waited(throttle: nil) == [])
    }

    @Test("the server delays the next one, or forbids all that would come")
    mutating func pushback() throws {
        var machine = try Self.machine()
        _ = machine.begin()
        #expect(end(&machine, 0, .unavailable, .after(.seconds(3))) == [.wait(.seconds(3))])
        #expect(machine.waited(throttle: nil) == [.start(1), .wait(Self.delay)])
        #expect(machine.waited(throttle: nil) == [.start(2)])
        #expect(end(&machine, 1, .unavailable, .never) == [])
        #expect(end(&machine, 2, .unavailable) == [.commit(2)])
        var forbidden = try Self.machine()
        _ = forbidden.begin()
        #expect(end(&forbidden, 0, .unavailable, .never) == [.commit(0)])
    }

    @Test("a throttled channel sends the first and no more")
    mutating func throttled() throws {
        throttle = RetryThrottle(try RetryThrottling(maximumTokens: 2, tokenRatio: 1))
        throttle?.failed()
        var machine = try Self.machine()
        #expect(machine.begin() == [.start(0), .wait(Self.delay)])
        #expect(machine.waited(throttle: throttle) == [])
        #expect(end(&machine, 0, .unavailable) == [.commit(0)])
    }

    @Test("a buffer that fills commits the first under way, or the next one")
    mutating func buffer() throws {
        var machine = try Self.machine()
        _ = machine.begin()
        _ = machine.waited(throttle: nil)
        #expect(machine.bufferFilled() == [.commit(0)])
        var waiting = try Self.machine()
        _ = waiting.begin()
        _ = end(&waiting, 0, .unavailable, .after(.seconds(1)))
        #expect(waiting.bufferFilled() == [])
        #expect(waiting.waited(throttle: nil) == [.start(1), .commit(1)])
    }
}
