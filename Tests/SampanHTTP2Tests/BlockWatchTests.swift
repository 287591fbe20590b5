import Testing
@testable import SampanHTTP2

@Suite("Header blocks on their way")
struct BlockWatchTests {
    private static func frame(_ type: UInt8, _ flags: UInt8, _ length: Int) -> [UInt8] {
        [0, UInt8(length >> 8), UInt8(length & 255), type, flags, 0, 0, 0, 1] + [UInt8](repeating: 0xFF, count: length)
    }

    private static func follow(_ watch: inout BlockWatch, _ bytes: [UInt8], _ now: Int64) {
        unsafe bytes.withUnsafeBytes {
            var frames = Int.max
            #expect(unsafe watch.follow($0.bytes, now: now, frames: &frames) == bytes.count)
        }
    }

    struct Row: Sendable {
        let bytes: [UInt8]
        let isInside: Bool
        init(_ bytes: [UInt8], _ isInside: Bool) { (self.bytes, self.isInside) = (bytes, isInside) }
    }

    @Test(
        "inside from the type of HEADERS to the last byte of the frame with END_HEADERS, whatever the pieces",
        arguments: [
            Row([], false), Row(frame(1, 4, 10), false), Row(frame(1, 4, 0), false), Row(frame(1, 5, 300), false),
            Row(Array(frame(1, 4, 10).dropLast()), true), Row(Array(frame(1, 4, 10).prefix(4)), false),
            Row(Array(frame(1, 4, 10).prefix(5)), true),
            Row(frame(1, 0, 10), true), Row(frame(1, 1, 0), true), Row(frame(1, 0, 10) + frame(9, 0, 3), true),
            Row(frame(1, 0, 10) + frame(9, 4, 3), false), Row(frame(1, 0, 10) + frame(9, 4, 0), false),
            Row(frame(0, 0, 500) + frame(4, 1, 0) + frame(0xBE, 4, 7), false), Row(Array(frame(0, 4, 50).dropLast(20)), false),
            Row(frame(1, 4, 10) + frame(0, 1, 9) + frame(1, 0, 1), true),
        ])
    func inside(row: Row) {
        for size in [1, 2, 7, 9, 64, 10_000] {
            var watch = BlockWatch(skipping: 24)
            let all = [UInt8](repeating: 1, count: 24) + row.bytes
            for start in stride(from: 0, to: all.count, by: size) {
                Self.follow(&watch, Array(all[start..<min(start + size, all.count)]), 7)
            }
            let began = watch.began
            #expect(began == (row.isInside ? 7 : nil), "pieces of \(size)")
        }
    }

    @Test("a block is as old as its first frame, and the next block begins anew")
    func age() {
        var watch = BlockWatch(skipping: 0)
        Self.follow(&watch, Self.frame(1, 0, 10), 5)
        Self.follow(&watch, Self.frame(9, 0, 10), 6)
        let first = watch.began
        #expect(first == 5)
        Self.follow(&watch, Self.frame(9, 4, 10) + Self.frame(1, 0, 1), 8)
        let second = watch.began
        #expect(second == 8)
    }

    @Test(
        "a block counts by its bytes, since each may name a field",
        arguments: [(1, 127, 1), (1, 128, 2), (9, 16_384, 129), (0, 128, 1), (0, 16_384, 9)])
    func weight(type: UInt8, length: Int, frames: Int) {
        var watch = BlockWatch(skipping: 0)
        var left = 1_000
        let bytes = Self.frame(type, 0, length)
        _ = unsafe bytes.withUnsafeBytes { unsafe watch.follow($0.bytes, now: 0, frames: &left) }
        #expect(1_000 - left == frames)
    }

    @Test("goes to the end of the last frame that it may, and no further")
    func frames() {
        let all = Self.frame(1, 4, 10) + Self.frame(0, 0, 0) + Self.frame(1, 0, 3) + [0, 0]
        for (most, bytes, left) in [(0, 0, 0), (1, 19, 0), (2, 28, 0), (3, 40, 0), (4, 42, 1)] {
            var watch = BlockWatch(skipping: 0)
            var frames = most
            let count = unsafe all.withUnsafeBytes { unsafe watch.follow($0.bytes, now: 5, frames: &frames) }
            #expect(count == bytes)
            #expect(frames == left)
            let began = watch.began
            #expect(began == (most > 2 ? 5 : nil))
        }
    }
}
