@testable import SampanHTTP2
import SampanTestSupport
import Testing

/// Streams are borrowed in nghttp2's callbacks and held by one count of their session: whatever ends them, at whatever moment, must
/// neither free one that is in use nor keep one. Under the address sanitizer (`Scripts/sanitize`) the first would be reported.
@Suite("Lives of streams")
struct StreamLifeTests {
    @Test(
        "whatever a callback does to its stream, to others, or to the session, each closes once and is freed",
        arguments: 0..<24 as Range<UInt64>)
    func storm(seed: UInt64) throws {
        let census = Census()
        do {
            let storm = try SessionStorm(census, seed: seed)
            try storm.run(rounds: 30)
            #expect(storm.opened > 0 && storm.closedTwice == 0, "seed \(seed)")
            #expect(storm.opened == storm.closed, "seed \(seed)")
        }
        #expect(census.living == 0, "seed \(seed)")
    }

    @Test("a session that goes away with its streams open lets go of them")
    func abandoned() throws {
        let census = Census()
        do {
            let pair = try SessionPair()
            try pair.client.session.submitRequest(SessionPair.head(), stream: MortalStream(census) { _, _ in })
            try pair.settle()
            try pair.client.session.submitRequest(SessionPair.head(), stream: MortalStream(census) { _, _ in })
            #expect(census.living == 2)
            pair.client.session.closeStreams(.connectionLost)
        }
        #expect(census.living == 0)
    }
}
