import Testing
@testable import SampanTransport

@Suite("Keepalive")
struct KeepaliveTests {
    private static func make() -> Keepalive { Keepalive(interval: .nanoseconds(100), timeout: .nanoseconds(20)) }

    private func expect(_ keepalive: inout Keepalive, _ now: Int64, _ lastHeard: Int64, _ mayPing: Bool, _ expected: Keepalive.Action) {
        let action = keepalive.check(now: now, lastHeard: lastHeard, mayPing: mayPing)
        #expect(action == expected, "at \(now)")
    }

    @Test("a peer that speaks is not asked")
    func speaking() {
        var keepalive = Self.make()
        expect(&keepalive, 1_000, 1_000, true, .wait(100))
        expect(&keepalive, 1_100, 1_001, true, .wait(1))
    }

    @Test("a silent one is asked, and is dead when it stays silent")
    func dead() {
        var keepalive = Self.make()
        expect(&keepalive, 1_100, 1_000, true, .ping(20))
        expect(&keepalive, 1_119, 1_000, true, .wait(1))
        expect(&keepalive, 1_120, 1_000, true, .dead)
    }

    @Test("whatever it says counts as an answer, and the next silence is counted from there")
    func answered() {
        var keepalive = Self.make()
        expect(&keepalive, 1_100, 1_000, true, .ping(20))
        expect(&keepalive, 1_120, 1_110, true, .wait(90))
        expect(&keepalive, 1_210, 1_110, true, .ping(20))
    }

    @Test("a peer that minds is not asked")
    func notAllowed() {
        var keepalive = Self.make()
        expect(&keepalive, 9_000, 1_000, false, .wait(100))
    }
}
