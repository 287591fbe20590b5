@testable import SampanTransport
import Testing

@Suite("Event loops")
struct EventLoopTests {
    /// Holds its loop, as whatever a timer is for does in the end.
    private final class Holder: TimerTarget {
        private let loop: EventLoop

        init(_ loop: EventLoop) { self.loop = loop }

        func timerFired() {}
    }

    /// Sendable: written on the loop, read after it has ended.
    private final class Watch: @unchecked Sendable {
        weak var holder: Holder?
    }

    @Test("a loop that has ended lets go of timers whose time has not come")
    func timersThatAreLeft() async throws {
        let loop = try EventLoop()
        let watch = Watch()
        let wasHeld = await loop.run {
            let holder = Holder(loop)
            _ = loop.schedule(after: .seconds(3_600), holder)
            watch.holder = holder
            return watch.holder != nil
        }
        #expect(wasHeld)
        await loop.stop()
        #expect(watch.holder == nil)
    }
}
