import SampanMesh
import SampanTestSupport
import Testing

@Suite("Serial numbers")
struct SerialNumberTests {
    @Test(
        "bytes in, bytes out; leading zeros do not count",
        arguments: [
            ([0], [0]), ([0, 0], [0]), ([1], [1]), ([0, 0, 1], [1]), ([0xFF], [0xFF]),
            (Array(1...20), Array(1...20)), ([0] + Array(1...20), Array(1...20)), (Array(1...9), Array(1...9)),
            (Array(1...8), Array(1...8)),
        ] as [([UInt8], [UInt8])])
    func bytes(given: [UInt8], expected: [UInt8]) throws { #expect(try #require(SerialNumber(given)).bytes == expected) }

    @Test("no bytes and 21 bytes are no serial number", arguments: [[], Array(1...21)] as [[UInt8]])
    func refused(bytes: [UInt8]) { #expect(SerialNumber(bytes) == nil) }

    @Test("the order is the one of the numbers, for every length")
    func order() throws {
        let seed: UInt64 = 4_001
        print("seed \(seed)")
        var random = SeededRandom(seed: seed)
        for _ in 0..<2_000 {
            let (left, right) = (random.bytes(Int.random(in: 1...20, using: &random)), random.bytes(Int.random(in: 1...20, using: &random)))
            let padded = [left, right].map { [UInt8](repeating: 0, count: 20 - $0.count) + $0 }
            let (a, b) = (try #require(SerialNumber(left)), try #require(SerialNumber(right)))
            #expect((a < b) == padded[0].lexicographicallyPrecedes(padded[1]))
            #expect((a == b) == (padded[0] == padded[1]))
        }
    }
}
