import SampanRPC
import Testing

@Suite("Health of an endpoint")
struct EndpointHealthTests {
    private static let second: Int64 = 1_000_000_000

    /// One that has just been ejected for the first time, at time 0.
    private static func ejected() -> EndpointHealth {
        var health = EndpointHealth()
        for _ in 0..<EndpointHealth.tolerated { health.ended(.unavailable, now: 0) }
        return health
    }

    @Test("five failures in a row eject, four do not, and one call that did well begins the count anew")
    func inARow() {
        var health = EndpointHealth()
        for _ in 0..<4 { health.ended(.unavailable, now: 0) }
        #expect(!health.isEjected(at: 0))
        health.ended(.ok, now: 0)
        for _ in 0..<4 { health.ended(.internal, now: 0) }
        #expect(!health.isEjected(at: 0))
        health.ended(.deadlineExceeded, now: 0)
        #expect(health.isEjected(at: 0))
    }

    @Test(
        "statuses that are about the call are no failures, and break a row",
        arguments: [StatusCode.ok, .notFound, .permissionDenied, .resourceExhausted, .unimplemented])
    func innocent(status: StatusCode) {
        var health = EndpointHealth()
        for _ in 0..<4 { health.ended(.unavailable, now: 0) }
        health.ended(status, now: 0)
        health.ended(.unavailable, now: 0)
        #expect(!health.isEjected(at: 0))
    }

    @Test("a call that was cancelled says nothing either way")
    func cancelled() {
        var health = EndpointHealth()
        for _ in 0..<4 { health.ended(.unavailable, now: 0) }
        health.ended(.cancelled, now: 0)
        #expect(!health.isEjected(at: 0))
        health.ended(.unavailable, now: 0)
        #expect(health.isEjected(at: 0))
    }

    @Test("an ejection lasts a second; on trial one failure ejects for twice as long, up to a minute")
    func trial() {
        var health = Self.ejected()
        #expect(health.isEjected(at: Self.second - 1))
        #expect(!health.isEjected(at: Self.second))
        var now = Self.second
        for seconds in [2, 4, 8, 16, 32, 60, 60, 60] as [Int64] {
            health.ended(.unavailable, now: now)
            #expect(health.isEjected(at: now + seconds * Self.second - 1))
            now += seconds * Self.second
            #expect(!health.isEjected(at: now))
        }
    }

    @Test("one call that does well on trial makes it good: five failures are tolerated again, and the first ejection is short again")
    func pardon() {
        var health = Self.ejected()
        health.ended(.unavailable, now: Self.second)
        health.ended(.ok, now: 3 * Self.second)
        for _ in 0..<4 { health.ended(.unavailable, now: 4 * Self.second) }
        #expect(!health.isEjected(at: 4 * Self.second))
        health.ended(.unavailable, now: 4 * Self.second)
        #expect(health.isEjected(at: 5 * Self.second - 1))
        #expect(!health.isEjected(at: 5 * Self.second))
    }

    @Test("what ends during an ejection began before it, and changes nothing")
    func late() {
        var health = Self.ejected()
        health.ended(.ok, now: 1)
        #expect(health.isEjected(at: 1))
        for _ in 0..<20 { health.ended(.unavailable, now: 2) }
        #expect(!health.isEjected(at: Self.second))
    }

    @Test("another process at the same address begins well")
    func reset() {
        var health = Self.ejected()
        health.reset()
        #expect(!health.isEjected(at: 0))
    }
}
