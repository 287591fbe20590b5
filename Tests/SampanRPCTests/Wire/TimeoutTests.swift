import SampanTestSupport
import SampanRPC
import StoreTestSupport
import Testing

@Suite("gRPC timeout")
struct TimeoutTests {
    @Test(
        "every unit, and the largest amount of each, is read",
        arguments: [
            ("0n", .zero), ("1n", .nanoseconds(1)), ("1u", .microseconds(1)), ("1m", .milliseconds(1)), ("1S", .seconds(1)),
            ("1M", .seconds(60)), ("1H", .seconds(3_600)), ("00000001S", .seconds(1)), ("99999999n", .nanoseconds(99_999_999)),
            ("99999999u", .microseconds(99_999_999)), ("99999999m", .milliseconds(99_999_999)), ("99999999S", .seconds(99_999_999)),
            ("99999999M", .seconds(99_999_999 * 60)), ("99999999H", .seconds(99_999_999 * 3_600)),
        ] as [(String, Duration)])
    func reads(text: String, expected: Duration) {
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
            (.zero, "0n"), (.nanoseconds(1), "1n"), (.nanoseconds(99_999_999), "99999999n"), (.nanoseconds(100_000_000), "100000u"),
            (.nanoseconds(100_000_001), "100001u"), (.microseconds(99_999_999), "99999999u"), (.microseconds(100_000_000), "100000m"),
            (.microseconds(100_000_001), "100001m"), (.milliseconds(99_999_999), "99999999m"), (.milliseconds(100_000_000), "100000S"),
            (.milliseconds(100_000_001), "100001S"), (.seconds(99_999_999), "99999999S"), (.seconds(100_000_000), "1666667M"),
            (.seconds(99_999_999 * 60), "99999999M"), (.seconds(99_999_999 * 60 + 1), "1666667H"),
            (.seconds(99_999_999 * 3_600), "99999999H"), (.seconds(Int64.max), "99999999H"), (.nanoseconds(-1), "0n"),
            (Duration(attoseconds: .max), "99999999H"), (Duration(attoseconds: .min), "0n"), (.zero, "0n"),
            (.seconds(-5), "0n"), (Duration(secondsComponent: 0, attosecondsComponent: 1), "1n"),
            (Duration(secondsComponent: 99_999_999, attosecondsComponent: 1), "1666667M"),
            (Duration(secondsComponent: 15_857_077 * 60, attosecondsComponent: 1), "15857078M"),
            (Duration(secondsComponent: 1_666_667 * 3_600, attosecondsComponent: 1), "1666668H"),
        ] as [(Duration, String)])
    func writes(duration: Duration, expected: String) {
        #expect(Timeout.format(duration) == expected)
    }

    @Test(
        "nanoseconds are written like any time",
        arguments: [.min, -1, 0, 1, 99_999_999, 100_000_000, 99_999_999_999, 100_000_000_000, 100_000_000_001, 60_000_000_000, .max]
            as [Int64])
    func writesNanoseconds(count: Int64) {
        let written = Timeout.written(nanoseconds: count)
        #expect("\(written.amount)\(Character(UnicodeScalar(written.unit)))" == Timeout.format(.nanoseconds(count)))
    }

    @Test("what was written is read again, never shorter and at most one unit longer", arguments: [1, 2, 3] as [UInt64])
    func roundTrip(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        for _ in 0..<20_000 {
            let magnitude = Int64(1) << Int64.random(in: 0...52, using: &random)
            let duration = Duration.nanoseconds(Int64.random(in: 0...magnitude, using: &random))
            let text = Timeout.format(duration)
            let back = try #require(Timeout.parse(Array(text.utf8)), "seed \(seed): \(duration) became \(text)")
            #expect(back >= duration, "seed \(seed): \(duration) became \(text)")
            // Eight digits: an error below one part in 99,999 (the coarsest unit change is ms to s).
            #expect(back - duration <= max(.nanoseconds(1), duration / 60), "seed \(seed): \(duration) became \(text)")
            #expect(text.utf8.count <= 9)
        }
    }

    @Test("no bytes trap the reader", arguments: [7, 8] as [UInt64])
    func garbage(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        for _ in 0..<20_000 {
            let bytes = (0..<Int.random(in: 0...12, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
            if let read = Timeout.parse(bytes) { #expect(read >= .zero, "seed \(seed): \(bytes)") }
        }
    }
}
