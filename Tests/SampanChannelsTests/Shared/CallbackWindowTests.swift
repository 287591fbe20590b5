import SampanChannels
import SampanDomain
import Testing

@Suite("FE-05 · what was taken of late")
struct CallbackWindowTests {
    private func at(_ seconds: Int64) throws -> UnixTime { try UnixTime(seconds: seconds) }

    @Test(
        "both edges of the window are in it, a second outside is not",
        arguments: [(-300, true), (300, true), (-301, false), (301, false)] as [(Int64, Bool)])
    func edges(distance: Int64, isIn: Bool) throws {
        #expect(CallbackWindow.holds(1_000_000 + distance, now: try at(1_000_000)) == isIn)
    }

    @Test("full of unexpired ones it takes none and forgets none; room comes with time")
    func full() throws {
        var window = CallbackWindow(capacity: 3)
        for number in 0..<3 { try window.take(nonce: "\(number)", timestamp: 1_000 + Int64(number), now: try at(1_000)) }
        #expect(throws: ChannelFault.overloaded) { try window.take(nonce: "3", timestamp: 1_000, now: try at(1_000)) }
        #expect(throws: ChannelFault.replayed) { try window.take(nonce: "0", timestamp: 1_000, now: try at(1_300)) }
        try window.take(nonce: "3", timestamp: 1_301, now: try at(1_301))
        #expect(window.count == 3)
    }

    @Test("a moment at the ends of the range is outside, and no overflow", arguments: [Int64.min, .max])
    func extremes(timestamp: Int64) throws {
        #expect(!CallbackWindow.holds(timestamp, now: UnixTime(nanoseconds: .max)))
        #expect(!CallbackWindow.holds(timestamp, now: UnixTime(nanoseconds: .min)))
    }
}
