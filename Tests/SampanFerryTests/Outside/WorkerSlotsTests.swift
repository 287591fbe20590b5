import Testing

@testable import SampanFerry

@Suite("GW-08 who speaks for a worker")
struct WorkerSlotsTests {
    private let start = ContinuousClock.now
    private let first = Self.session("first")
    private let second = Self.session("second")
    private let helper = Self.session("helper")

    private static func session(_ text: String) -> WorkerSession {
        do { return try WorkerSession(text) } catch { preconditionFailure("\(error)") }
    }

    private static func share(_ worker: Int) -> Partition {
        do { return try Partition(worker: worker, of: 64) } catch { preconditionFailure("\(error)") }
    }

    private func after(_ seconds: Int) -> ContinuousClock.Instant { start + .seconds(seconds) }

    @Test("a run keeps its fence; another run of the same worker takes a newer one, and the first is not let in again")
    func replaced() {
        var slots = WorkerSlots(lease: .seconds(10))
        #expect(slots.enter(Self.share(2), first, above: 0, at: start)?.number == 1)
        #expect(slots.enter(Self.share(2), first, above: 0, at: after(5))?.number == 1)
        #expect(slots.enter(Self.share(3), first, above: 0, at: start)?.number == 2)
        #expect(slots.enter(Self.share(2), second, above: 0, at: after(6))?.number == 3)
        #expect(slots.enter(Self.share(2), first, above: 0, at: after(7)) == nil)
        #expect(slots.enter(Self.share(2), second, above: 0, at: after(8))?.number == 3)
    }

    @Test("a lease begins anew with each claim, and ends after its time")
    func lease() {
        var slots = WorkerSlots(lease: .seconds(10))
        #expect(!slots.isHeld(0, at: start))
        _ = slots.enter(Self.share(0), first, above: 0, at: start)
        #expect(slots.isHeld(0, at: start + .seconds(10) - .nanoseconds(1)) && !slots.isHeld(0, at: after(10)))
        _ = slots.enter(Self.share(0), first, above: 0, at: after(9))
        #expect(slots.isHeld(0, at: after(18)) && !slots.isHeld(0, at: after(19)))
    }

    @Test("a helper takes a newer fence, and so does the worker when it comes back")
    func helped() {
        var slots = WorkerSlots(lease: .seconds(10))
        _ = slots.enter(Self.share(0), first, above: 0, at: start)
        #expect(slots.help(0, helper, above: 0, at: after(10)) == FerryFence(worker: 0, number: 2))
        #expect(
            slots.isHeld(0, at: after(19)) && slots.isHeld(0, butBy: first, at: after(19)) && !slots.isHeld(0, butBy: helper, at: after(19))
        )
        #expect(slots.help(0, helper, above: 0, at: after(11)).number == 2 && slots.isHeld(0, at: after(20)))
        #expect(slots.enter(Self.share(0), first, above: 0, at: after(12))?.number == 3)
        // For a worker that nobody has seen.
        #expect(slots.help(5, helper, above: 0, at: after(10)) == FerryFence(worker: 5, number: 4))
        #expect(slots.enter(Self.share(5), second, above: 0, at: after(11))?.number == 5)
    }

    @Test("a helper's fence rises above what the HIS has seen, also where it helps already: a gateway that counts anew fences it off once")
    func helpedAbove() {
        var slots = WorkerSlots(lease: .seconds(10))
        #expect(slots.help(0, helper, above: 0, at: start).number == 1)
        // The HIS knows 7 of that worker, from before the gateway's restart: the helper was fenced, and says so.
        #expect(slots.help(0, helper, above: 7, at: after(1)).number == 8)
        #expect(slots.help(0, helper, above: 7, at: after(2)).number == 8)
    }

    @Test("fences are above what the HIS has seen, also of a gateway that counts from the beginning; once is enough")
    func above() {
        var slots = WorkerSlots(lease: .seconds(10))
        #expect(slots.enter(Self.share(0), first, above: 41, at: start)?.number == 42)
        #expect(slots.enter(Self.share(0), first, above: 41, at: after(1))?.number == 42)
        #expect(slots.enter(Self.share(0), first, above: 42, at: after(2))?.number == 43)
        #expect(slots.enter(Self.share(1), first, above: 7, at: after(2))?.number == 44)
    }
}
