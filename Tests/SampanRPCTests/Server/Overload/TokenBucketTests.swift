import Testing

@testable import SampanRPC

@Suite("Rate of calls")
struct TokenBucketTests {
    private static let second: Int64 = 1_000_000_000

    @Test(
        "a full bucket gives its burst at once, then one in each interval",
        arguments: [(1, 1), (1, 3), (10, 1), (1_000, 100), (20_000, 20_000), (1_000_000, 7)])
    func burst(rate: Int, burst: Int) {
        var bucket = TokenBucket(rate: rate, burst: burst)
        let (start, interval) = (12_345 as Int64, Self.second / Int64(rate))
        var waits = (0..<burst).map { _ in bucket.take(at: start) }
        #expect(waits.allSatisfy { $0 == 0 })
        waits = [start, start + interval - 1, start + interval, start + interval].map { bucket.take(at: $0) }
        #expect(waits == [interval, 1, 0, interval])
        // An hour later it is full again, and no fuller than it was.
        let later = start + 3_700 * Self.second
        waits = (0...burst).map { _ in bucket.take(at: later) }
        #expect(waits.dropLast().allSatisfy { $0 == 0 } && waits[burst] > 0)
    }

    @Test("what makes no sense is held to what does", arguments: [(0, 0), (-1, -1), (.min, .min), (.max, .max), (1, .max), (.max, 1)])
    func odd(rate: Int, burst: Int) {
        var bucket = TokenBucket(rate: rate, burst: burst)
        for now in [0, 1, Self.second, Int64.max / 4] { _ = bucket.take(at: now) }
        let last = bucket.take(at: .max / 2)
        #expect(last == 0)
    }

    @Test("over any time no more go through than the burst and what the rate brings", arguments: 1...20 as ClosedRange<UInt64>)
    func property(seed: UInt64) {
        var random = JitterRandom(seed: seed)
        let (rate, burst) = (Int.random(in: 1...5_000, using: &random), Int.random(in: 1...500, using: &random))
        var bucket = TokenBucket(rate: rate, burst: burst)
        let start: Int64 = 1_000_000
        var (now, taken) = (start, 0)
        for _ in 0..<5_000 {
            now += Int64.random(in: 0...(2 * Self.second / Int64(rate)), using: &random) * (Bool.random(using: &random) ? 1 : 0)
            let wait = bucket.take(at: now)
            if wait == 0 { taken += 1 }
            let interval = Self.second / Int64(rate)
            #expect(taken <= burst + Int((now - start) / interval) + 1, "seed \(seed)")
            // What it says holds: then, and not a nanosecond before.
            if wait > 0 {
                var (early, then) = (bucket, bucket)
                let (left, none) = (early.take(at: now + wait - 1), then.take(at: now + wait))
                #expect(left > 0 && none == 0, "seed \(seed)")
            }
        }
    }
}
