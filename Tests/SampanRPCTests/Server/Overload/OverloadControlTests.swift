import StoreTestSupport
import Testing

@testable import SampanRPC

@Suite("Control of overload", .blocking)
struct OverloadControlTests {
    private static let millisecond: Int64 = 1_000_000
    private static let window: Int64 = 250 * millisecond
    private static let settings = OverloadControl.Settings(queueingLimit: 50 * millisecond)
    private static let normal = CallPriority.normal.rawValue << 6
    private static let high = CallPriority.high.rawValue << 6

    /// A window of calls: `offered` come, those that are admitted start after `wait`.
    private static func play(
        _ control: inout OverloadControl, from start: Int64, offered: Int, started: Int? = nil, wait: Int64, rank: UInt8 = normal
    ) -> Int {
        var admitted = 0
        for index in 0..<offered where control.admits(rank, at: start + Int64(index)) { admitted += 1 }
        for _ in 0..<(started ?? admitted) { _ = control.starts(CallRank.highest, after: wait) }
        return admitted
    }

    private func expect(_ admitted: Int, _ count: Int, sourceLocation: SourceLocation = #_sourceLocation) {
        #expect(admitted == count, sourceLocation: sourceLocation)
    }

    @Test(
        "what makes a window overloaded",
        arguments: [
            (100, 50, 50 * millisecond, false), (100, 50, 50 * millisecond + 1, true), (100, 7, 60_000 * millisecond, false),
            (100, 8, 60 * millisecond, true), (100, 50, -5, false), (100, 50, .max, true), (8, 8, 51 * millisecond, true),
        ] as [(Int, Int, Int64, Bool)])
    func signal(offered: Int, started: Int, wait: Int64, isOverloaded: Bool) {
        var control = OverloadControl(Self.settings, now: 0)
        expect(Self.play(&control, from: 0, offered: offered, started: started, wait: wait), offered)
        #expect(control.level == nil)
        _ = control.admits(Self.normal, at: Self.window)
        #expect((control.level != nil) == isOverloaded)
    }

    @Test("a pause of the machine whose queue is gone by the end of the window is no overload")
    func pause() {
        var control = OverloadControl(Self.settings, now: 0)
        _ = Self.play(&control, from: 0, offered: 100, wait: 200 * Self.millisecond)
        _ = control.starts(CallRank.highest, after: Self.millisecond)
        _ = control.admits(Self.normal, at: Self.window)
        #expect(control.level == nil)
    }

    @Test("event by event: down to what was served less the queue, back to what was served, then a little more each time")
    func course() {
        var control = OverloadControl(Self.settings, now: 0)
        // 300 come, 100 are served, the last after 100 ms: two fifths of a window.
        _ = Self.play(&control, from: 0, offered: 300, started: 100, wait: 100 * Self.millisecond)
        expect(Self.play(&control, from: Self.window, offered: 300, started: 100, wait: Self.millisecond), 60)
        // Calm: 98 of the 100, since the machine was full then. The next rises go by what was admitted.
        expect(Self.play(&control, from: 2 * Self.window, offered: 300, wait: Self.millisecond), 98)
        expect(Self.play(&control, from: 3 * Self.window, offered: 300, wait: Self.millisecond), 101 + 1)
        expect(Self.play(&control, from: 4 * Self.window, offered: 300, wait: Self.millisecond), 102 * 106 / 100 + 1)
        // The load is over: all that comes is admitted.
        _ = Self.play(&control, from: 5 * Self.window, offered: 50, wait: Self.millisecond)
        expect(Self.play(&control, from: 6 * Self.window, offered: 50, wait: Self.millisecond), 50)
        #expect(control.level == nil)
    }

    @Test("calls that have waited long and are below the level are not kept; those of its rank are")
    func kept() {
        var control = OverloadControl(Self.settings, now: 0)
        for index in 0..<200 as Range<Int64> { _ = control.admits(index % 2 == 0 ? Self.normal : Self.high, at: index) }
        for _ in 0..<80 { _ = control.starts(CallRank.highest, after: 100 * Self.millisecond) }
        let isKept = control.starts(0, after: Self.window)
        #expect(isKept)
        _ = control.admits(Self.normal, at: Self.window)
        #expect(control.level?.rank == Self.high)
        let kept = [(Self.high, .max), (CallRank.highest, .max), (Self.normal, Self.window), (Self.normal, Self.window - 1)].map {
            control.starts($0.0, after: $0.1)
        }
        #expect(kept == [true, true, false, true])
    }

    @Test("a queue elsewhere counts like its own", arguments: [(50, false), (51, true), (100_000, true)] as [(Int64, Bool)])
    func noted(wait: Int64, isOverloaded: Bool) {
        var control = OverloadControl(Self.settings, now: 0)
        _ = Self.play(&control, from: 0, offered: 100, wait: 0)
        control.note(queueing: wait * Self.millisecond)
        control.note(queueing: 0)
        _ = control.admits(Self.normal, at: Self.window)
        #expect((control.level != nil) == isOverloaded)
    }

    @Test("after half a second without a call nothing is known any more")
    func forgotten() {
        var control = OverloadControl(Self.settings, now: 0)
        _ = Self.play(&control, from: 0, offered: 300, started: 100, wait: 100 * Self.millisecond)
        var isAdmitted = control.admits(0, at: Self.window)
        #expect(!isAdmitted && control.level != nil)
        isAdmitted = control.admits(0, at: Self.window + 2 * Self.window)
        #expect(isAdmitted && control.level == nil)
    }

    @Test(
        "a server that is offered several times what it serves goes on serving, and what matters first",
        arguments: [(1.2, 1), (2, 2), (3, 3), (3, 4), (3, 5), (10, 6), (30, 7)] as [(Double, UInt64)])
    func simulation(times: Double, seed: UInt64) {
        let outcome = SimulatedServer.run(Self.settings, perSecond: 2_000, times: times, seconds: 20, seed: seed)
        #expect(outcome.goodput >= 0.95, "seed \(seed): \(outcome)")
        // A tenth of what comes, so that there is always room for it.
        if times <= 8 { #expect(outcome.highShare >= 0.97, "seed \(seed): \(outcome)") }
        let bare = SimulatedServer.run(nil, perSecond: 2_000, times: times, seconds: 20, seed: seed)
        if times >= 2 { #expect(bare.goodput < 0.2, "seed \(seed): \(bare)") }
    }

    @Test(
        "a machine that does something else for a while in every second serves what it can in the rest",
        arguments: [
            (1.2, 60, 1), (3, 60, 2), (3, 100, 3), (3, 150, 4), (3, 250, 5), (3, 400, 6), (10, 150, 7), (10, 400, 8),
        ] as [(Double, Int64, UInt64)])
    func pauses(times: Double, pause: Int64, seed: UInt64) {
        let outcome = SimulatedServer.run(
            Self.settings, perSecond: 2_000, times: times, seconds: 20, seed: seed, pause: pause * Self.millisecond)
        #expect(outcome.goodput >= 0.9, "seed \(seed): \(outcome)")
    }

    @Test(
        "a server whose calls begin to cost more is known for it after a few windows",
        arguments: [(1.2, 2, 1), (3, 2, 2), (3, 3, 3), (3, 5, 4), (10, 3, 5), (10, 5, 6)] as [(Double, Int64, UInt64)])
    func slower(times: Double, slowdown: Int64, seed: UInt64) {
        let outcome = SimulatedServer.run(
            Self.settings, perSecond: 2_000, times: times, seconds: 20, seed: seed, slowdown: slowdown)
        #expect(outcome.goodput >= 0.93, "seed \(seed): \(outcome)")
    }

    @Test("below what it serves nothing is refused", arguments: [(0.3, 1), (0.7, 2), (0.9, 3)] as [(Double, UInt64)])
    func light(times: Double, seed: UInt64) {
        let outcome = SimulatedServer.run(Self.settings, perSecond: 2_000, times: times, seconds: 20, seed: seed)
        #expect(outcome.refused == 0, "seed \(seed): \(outcome)")
    }
}
