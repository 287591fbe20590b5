import Testing

@testable import SampanNode

@Suite("How a node goes out of service")
struct DrainingTests {
    private let start = ContinuousClock.now
    private func at(_ seconds: Double) -> ContinuousClock.Instant { start + .milliseconds(Int(seconds * 1_000)) }

    @Test("an admin's drain: health, routes, doors, calls, over")
    func drain() {
        var machine = Draining()
        #expect(machine.next == nil && machine.passed(at(0)) == [])
        #expect(machine.drain(grace: .seconds(30), isRouted: true, at: at(0)) == [.switchHealth, .leaveRoutes])
        #expect(machine.phase == .leaving && machine.next == at(5))
        #expect(machine.counted(calls: 9, connections: 9, at: at(1)) == [], "doors are open: nothing is over")
        #expect(machine.left(problem: nil, at: at(1)) == [.closeDoors])
        #expect(machine.phase == .emptying && machine.next == at(30))
        #expect(machine.left(problem: "late", at: at(1.5)) == [])
        #expect(machine.counted(calls: 3, connections: 2, at: at(2)) == [])
        #expect(machine.progress(at: at(2)) == .init(phase: .emptying, calls: 3, connections: 2, left: .seconds(28)))
        #expect(machine.counted(calls: 0, connections: 1, at: at(3)) == [] && machine.phase == .emptying)
        #expect(machine.next == at(5), "a connection that does not go is waited for for two seconds")
        #expect(machine.counted(calls: 0, connections: 0, at: at(4)) == [] && machine.phase == .over)
        #expect(machine.progress(at: at(40)) == .init(phase: .over) && machine.next == nil)
    }

    @Test("a node that no route names closes its doors at once")
    func unrouted() {
        var machine = Draining()
        #expect(machine.drain(grace: .seconds(30), isRouted: false, at: at(0)) == [.switchHealth, .closeDoors])
        #expect(machine.phase == .emptying)
    }

    @Test(
        "the platform is waited for for five seconds, or half of the grace",
        arguments: [(30.0, 5.0), (10, 5), (8, 4), (0.2, 0.1), (0, 0)])
    func patience(grace: Double, wait: Double) {
        var machine = Draining()
        _ = machine.drain(grace: .milliseconds(Int(grace * 1_000)), isRouted: true, at: at(0))
        #expect(machine.next == at(wait))
        guard grace > 0 else { return }
        #expect(machine.passed(at(wait) - .milliseconds(1)) == [])
        #expect(machine.passed(at(wait)) == [.closeDoors])
        #expect(machine.progress(at: at(wait)).problem.contains("not taken this node out"))
    }

    @Test("without any grace all is done at once")
    func noGrace() {
        var machine = Draining()
        _ = machine.drain(grace: .zero, isRouted: true, at: at(0))
        #expect(machine.passed(at(0)) == [.closeDoors, .cut] && machine.phase == .cutting)
        machine.cut(0)
        #expect(machine.phase == .over && machine.progress(at: at(0)).cutCalls == 0)
    }

    @Test("calls that are left when the grace is over are cut and counted")
    func cut() {
        var machine = Draining()
        _ = machine.drain(grace: .seconds(10), isRouted: false, at: at(0))
        #expect(machine.counted(calls: 2, connections: 1, at: at(9.9)) == [])
        #expect(machine.counted(calls: 2, connections: 1, at: at(10)) == [.cut] && machine.phase == .cutting)
        #expect(machine.counted(calls: 2, connections: 1, at: at(10)) == [] && machine.passed(at(11)) == [], "once")
        machine.cut(2)
        #expect(machine.progress(at: at(12)) == .init(phase: .over, connections: 1, cutCalls: 2))
        machine.cut(7)
        #expect(machine.progress(at: at(12)).cutCalls == 2)
    }

    @Test("connections without calls are not cut calls: two seconds, or the end of the grace")
    func quiet() {
        var machine = Draining()
        _ = machine.drain(grace: .seconds(10), isRouted: false, at: at(0))
        _ = machine.counted(calls: 0, connections: 1, at: at(1))
        #expect(machine.counted(calls: 1, connections: 1, at: at(2)) == [], "one came that was on its way")
        _ = machine.counted(calls: 0, connections: 1, at: at(2.5))
        _ = machine.counted(calls: 0, connections: 1, at: at(4.4))
        #expect(machine.phase == .emptying && machine.next == at(4.5))
        _ = machine.counted(calls: 0, connections: 1, at: at(4.5))
        #expect(machine.phase == .over)
        var short = Draining()
        _ = short.drain(grace: .seconds(1), isRouted: false, at: at(0))
        _ = short.counted(calls: 0, connections: 1, at: at(0.5))
        #expect(short.passed(at(1)) == [] && short.phase == .over && short.progress(at: at(1)).cutCalls == 0)
    }

    @Test("a second drain joins the first, in every phase")
    func join() {
        var machine = Draining()
        _ = machine.drain(grace: .seconds(10), isRouted: true, at: at(0))
        #expect(machine.drain(grace: .seconds(1), isRouted: true, at: at(1)) == [] && machine.next == at(5))
        _ = machine.left(problem: nil, at: at(2))
        #expect(machine.drain(grace: .seconds(1), isRouted: true, at: at(3)) == [] && machine.next == at(10))
        _ = machine.counted(calls: 0, connections: 0, at: at(4))
        #expect(machine.drain(grace: .seconds(1), isRouted: true, at: at(5)) == [] && machine.phase == .over)
    }

    @Test("SIGTERM: no leaving, its own grace; in a drain it ends the leaving, and only ever hurries")
    func stop() {
        var first = Draining()
        #expect(first.stop(grace: .seconds(20), at: at(0)) == [.switchHealth, .closeDoors] && first.phase == .emptying)
        _ = first.counted(calls: 1, connections: 1, at: at(1))
        #expect(first.next == at(20))
        #expect(first.drain(grace: .seconds(300), isRouted: true, at: at(2)) == [] && first.next == at(20))
        var leaving = Draining()
        _ = leaving.drain(grace: .seconds(300), isRouted: true, at: at(0))
        #expect(leaving.stop(grace: .seconds(20), at: at(1)) == [.closeDoors] && leaving.phase == .emptying)
        #expect(leaving.left(problem: nil, at: at(2)) == [] && leaving.next == at(21))
        var emptying = Draining()
        _ = emptying.drain(grace: .seconds(10), isRouted: false, at: at(0))
        _ = emptying.counted(calls: 1, connections: 1, at: at(1))
        #expect(emptying.stop(grace: .seconds(20), at: at(5)) == [] && emptying.next == at(10))
        #expect(emptying.stop(grace: .seconds(2), at: at(6)) == [] && emptying.next == at(8))
        #expect(emptying.passed(at(8)) == [.cut])
        #expect(emptying.stop(grace: .zero, at: at(9)) == [] && emptying.phase == .cutting)
    }
}
