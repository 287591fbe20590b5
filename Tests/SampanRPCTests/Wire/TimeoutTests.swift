import SampanTestSupport
import SampanRPC
import StoreTestSupport
import Testing

@Suite("gRPC timeout")
struct TimeoutTests {
    private static let second: Int64 = 1_000_000_000
    private static let century: Int64 = 100 * 366 * 86_400 * second

    @Test(
        "every unit, and the largest amount of each, is read; more than 100 years counts as that",
        arguments: [
            ("0n", 0), ("1n", 1), ("1u", 1_000), ("1m", 1_000_000), ("1S", second), ("1M", 60 * second), ("1H", 3_600 * second),
            ("00000001S", second), ("99999999n", 99_999_999), ("99999999u", 99_999_999_000), ("99999999m", 99_999_999_000_000),
            ("99999999S", 99_999_999 * second), ("52704000M", century), ("52704001M", century), ("878400H", century),
            ("99999999M", century), ("99999999H", century),
        ] as [(String, Int64)])
    func reads(text: String, expected: Int64) {
        #expect(Timeout.parse(Array(text.utf8)) == expected)
    }

    @Test(
        "what is no timeout is refused",
        arguments: [
            "", "S", "1", "100000000S", "000000001S", "-1S", "+1S", "1.5S", " 1S", "1S ", "1s", "1h", "1 S", "１S", "1SS", "0x1S", "n1",
        ])
    func refuses(text: String) {
        #expect(Timeout.parse(Array(text.utf8)) == nil)
    }

    @Test(
        "writing takes the finest unit of at most eight digits and rounds up",
        arguments: [
            (.min, "0n"), (-1, "0n"), (0, "0n"), (1, "1n"), (99_999_999, "99999999n"), (100_000_000, "100000u"),
            (100_000_001, "100001u"), (99_999_999_000, "99999999u"), (99_999_999_001, "100000m"), (100_000_000_000, "100000m"),
            (100_000_000_001, "100001m"), (99_999_999_000_000, "99999999m"), (99_999_999_000_001, "100000S"),
            (100_000 * second, "100000S"), (100_000 * second + 1, "100001S"), (99_999_999 * second, "99999999S"),
            (99_999_999 * second + 1, "1666667M"), (100_000_000 * second, "1666667M"), (15_857_077 * 60 * second + 1, "15857078M"),
            (99_999_999 * 60 * second, "99999999M"), (99_999_999 * 60 * second + 1, "1666667H"),
            (1_666_667 * 3_600 * second + 1, "1666668H"), (.max, "2562048H"),
        ] as [(Int64, String)])
    func writes(nanoseconds: Int64, expected: String) {
        #expect(Timeout.text(nanoseconds: nanoseconds) == expected)
    }

    @Test("what was written is read again, never shorter and at most one unit longer", arguments: [1, 2, 3] as [UInt64])
    func roundTrip(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        for _ in 0..<20_000 {
            let magnitude = Int64(1) << Int64.random(in: 0...60, using: &random)
            let time = Int64.random(in: 0...magnitude, using: &random)
            let text = Timeout.text(nanoseconds: time)
            let back = try #require(Timeout.parse(Array(text.utf8)), "seed \(seed): \(time) became \(text)")
            #expect(back >= time, "seed \(seed): \(time) became \(text)")
            // Eight digits: an error below one part in 99,999 (the coarsest unit change is ms to s).
            #expect(back - time <= max(1, time / 60), "seed \(seed): \(time) became \(text)")
            #expect(text.utf8.count <= 9)
        }
    }

    @Test("no bytes trap the reader", arguments: [7, 8] as [UInt64])
    func garbage(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        for _ in 0..<20_000 {
            let bytes = (0..<Int.random(in: 0...12, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
            if let read = Timeout.parse(bytes) { #expect(read >= 0, "seed \(seed): \(bytes)") }
        }
    }
}
