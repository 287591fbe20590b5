import SampanRPC
import Testing

@Suite("Watch over a line")
struct LineWatchTests {
    private static let silence = LineWatch.firstSilence
    private static let patience = LineWatch.patience
    private static let settle = LineWatch.settle

    /// A watch that has asked the line at `silence`, last heard at 0.
    private static func asked() -> LineWatch {
        var watch = LineWatch()
        #expect(watch.check(now: 0, heard: 0, others: 0, isAwaited: true) == .wait(silence))
        #expect(watch.check(now: silence, heard: 0, others: 0, isAwaited: true) == .ask(patience))
        return watch
    }

    @Test("a line over which nobody waits is not asked")
    func idle() {
        var watch = LineWatch()
        #expect(watch.check(now: 10 * Self.silence, heard: 0, others: nil, isAwaited: false) == .rest)
    }

    @Test(
        "silent for 250 ms with calls: asked; silent for 400 ms more: the others are; one of them answers: dead, 700 ms after the last byte"
    )
    func dead() {
        var watch = Self.asked()
        let compared = Self.silence + Self.patience
        #expect(watch.check(now: compared, heard: 0, others: 0, isAwaited: true) == .askOthers(Self.settle))
        #expect(watch.check(now: compared + Self.settle, heard: 0, others: compared, isAwaited: true) == .dead)
        #expect(compared + Self.settle == 700_000_000)
    }

    @Test("what the others sent before they were asked says nothing")
    func stale() {
        var watch = Self.asked()
        let compared = Self.silence + Self.patience
        _ = watch.check(now: compared, heard: 0, others: compared - 1, isAwaited: true)
        #expect(watch.check(now: compared + Self.settle, heard: 0, others: compared - 1, isAwaited: true) == .wait(Self.settle))
    }

    @Test("any byte after the question acquits the line, also when it comes with the others' answer", arguments: [0, 1])
    func acquitted(late: Int64) {
        var watch = Self.asked()
        let compared = Self.silence + Self.patience
        _ = watch.check(now: compared, heard: 0, others: 0, isAwaited: true)
        let now = compared + Self.settle
        let action = watch.check(now: now, heard: Self.silence + late, others: compared, isAwaited: true)
        // It is asked again after twice the silence.
        #expect(action == .wait(2 * Self.silence - (now - Self.silence - late)))
    }

    @Test("without others, or where nobody answers, the watch judges nobody", arguments: [nil, 0] as [Int64?])
    func nobody(others: Int64?) {
        var watch = Self.asked()
        var now = Self.silence + Self.patience
        #expect(watch.check(now: now, heard: 0, others: others, isAwaited: true) == .askOthers(Self.settle))
        for _ in 1..<(Self.patience / Self.settle) {
            now += Self.settle
            #expect(watch.check(now: now, heard: 0, others: others, isAwaited: true) == .wait(Self.settle))
        }
        now += Self.settle
        #expect(watch.check(now: now, heard: 0, others: others, isAwaited: true) == .wait(2 * Self.silence))
    }

    @Test("a line that answers, but whose calls are long, is asked half as often each time, down to every 10 s; a new call begins anew")
    func longCalls() {
        var watch = LineWatch()
        var (now, heard) = (Int64(0), Int64(0))
        var pauses: [Int64] = []
        for _ in 0..<8 {
            guard case .wait(let pause) = watch.check(now: now, heard: heard, others: nil, isAwaited: true) else { break }
            pauses.append(pause / 1_000_000)
            now += pause
            guard watch.check(now: now, heard: heard, others: nil, isAwaited: true) == .ask(Self.patience) else { break }
            heard = now
        }
        #expect(pauses == [250, 500, 1_000, 2_000, 4_000, 8_000, 10_000, 10_000])
        watch.callBegan()
        #expect(watch.check(now: now, heard: heard, others: nil, isAwaited: true) == .wait(500_000_000))
    }
}
