import SampanTestSupport
@testable import SampanTransport
import StoreTestSupport
import Testing

@Suite("Timer wheel")
struct TimerWheelTests {
    private final class Target: TimerTarget {
        let name: Int
        init(_ name: Int) { self.name = name }
        func timerFired() {}
    }

    private struct Pending {
        let due: Int64
        let id: TimerID
    }

    private static func names(_ targets: [any TimerTarget]) -> [Int] { targets.compactMap { ($0 as? Target)?.name }.sorted() }

    @Test(
        "against a list: all that is due fires, nothing more than a tick early, cancelled ones never",
        arguments: 1...12 as ClosedRange<UInt64>)
    func property(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        var now = Int64.random(in: 0...1_000_000_000_000, using: &random)
        var wheel = TimerWheel(now: now)
        var pending: [Int: Pending] = [:]
        var stale: [TimerID] = []
        var nextName = 0
        for _ in 0..<3_000 {
            switch Int.random(in: 0..<10, using: &random) {
            case 0..<5:
                // From the past, over one tick, over one round of the wheel (2 s), to hours.
                let reach = Int64(1) << Int64.random(in: 0...43, using: &random)
                let due = now + Int64.random(in: -reach / 4...reach, using: &random)
                let id = wheel.schedule(at: due, Target(nextName))
                // What lies in the past is due at once: in the next tick.
                pending[nextName] = Pending(due: max(due, now), id: id)
                nextName += 1
            case 5:
                guard let (name, timer) = pending.randomElement(using: &random) else { continue }
                wheel.cancel(timer.id)
                stale.append(timer.id)
                pending[name] = nil
            case 6:
                // Ids that fired or were cancelled, also after their entry was used again.
                if let id = stale.randomElement(using: &random) { wheel.cancel(id) }
            default:
                now += Int64.random(in: 0...(Int64(1) << Int64.random(in: 0...36, using: &random)), using: &random)
                let fired = Self.names(wheel.expire(now: now))
                #expect(Set(fired).count == fired.count, "seed \(seed): fired twice")
                for name in fired {
                    let known = pending.removeValue(forKey: name)
                    let timer = try #require(known, "seed \(seed): \(name) fired after its end")
                    stale.append(timer.id)
                    #expect(timer.due <= now + TimerWheel.tick, "seed \(seed): early")
                }
                // What is due must be gone, up to the tick that is still running.
                for timer in pending.values { #expect(timer.due > now - TimerWheel.tick, "seed \(seed): missed") }
            }
            #expect(wheel.count == pending.count, "seed \(seed)")
        }
    }

    @Test("waiting for the delay it names, again and again, meets every timer in time", arguments: 1...8 as ClosedRange<UInt64>)
    func delay(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        for _ in 0..<200 {
            var now = Int64.random(in: 0...1_000_000_000_000, using: &random)
            var wheel = TimerWheel(now: now)
            let reach = Int64(1) << Int64.random(in: 10...38, using: &random)
            let dues = (0..<Int.random(in: 1...4, using: &random)).map { _ in now + Int64.random(in: 0...reach, using: &random) }
            for (name, due) in dues.enumerated() { _ = wheel.schedule(at: due, Target(name)) }
            var left = dues.count
            while left > 0 {
                let delay = try #require(wheel.delay(now: now), "seed \(seed): \(left) timers and no delay")
                #expect(delay <= Int64(TimerWheel.slotCount + 1) * TimerWheel.tick, "seed \(seed)")
                now += delay
                for name in Self.names(wheel.expire(now: now)) {
                    left -= 1
                    #expect(now - dues[name] <= 2 * TimerWheel.tick, "seed \(seed): late")
                    #expect(now >= dues[name] - TimerWheel.tick, "seed \(seed): early")
                }
            }
            #expect(wheel.delay(now: now) == nil)
        }
    }

    @Test("entries are used again, and a stale id does not cancel the next timer")
    func reuse() {
        var wheel = TimerWheel(now: 0)
        let old = wheel.schedule(at: 10_000_000, Target(0))
        wheel.cancel(old)
        let new = wheel.schedule(at: 10_000_000, Target(1))
        #expect(old != new)
        wheel.cancel(old)
        #expect(Self.names(wheel.expire(now: 20_000_000)) == [1])
        wheel.cancel(new)
        #expect(wheel.count == 0)
    }

    @Test("a target is let go when its timer has ended", arguments: [true, false])
    func release(byCancel: Bool) {
        var wheel = TimerWheel(now: 0)
        weak var watched: Target?
        do {
            let target = Target(0)
            watched = target
            let id = wheel.schedule(at: 5_000_000, target)
            if byCancel { wheel.cancel(id) } else { _ = wheel.expire(now: 50_000_000) }
        }
        #expect(watched == nil)
    }
}
