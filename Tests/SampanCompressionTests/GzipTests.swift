import SampanTestSupport
import SampanCompression
import StoreTestSupport
import Testing

@Suite("gzip of one message")
struct GzipTests {
    @Test("there and back, with room in front", arguments: [0, 1, 2, 255, 65_536, 1_000_000], [0, 5])
    func roundTrip(size: Int, prefix: Int) throws {
        var random = SeededRandom(seed: UInt64(size))
        for payload in [[UInt8](repeating: 7, count: size), (0..<size).map { _ in UInt8.random(in: 0...255, using: &random) }] {
            let packed = try Gzip.compress([UInt8](repeating: 9, count: prefix) + payload, prefixLength: prefix)
            #expect(packed.prefix(prefix).allSatisfy { $0 == 0 })
            #expect(try Gzip.inflate(Array(packed.dropFirst(prefix)), limit: size) == payload)
        }
    }

    @Test("the limit, at the boundary", arguments: [(999, false), (1_000, true), (1_001, true), (0, false)])
    func limit(limit: Int, isTaken: Bool) throws {
        let packed = try Gzip.compress([UInt8](repeating: 0, count: 1_000))
        if isTaken {
            #expect(try Gzip.inflate(packed, limit: limit).count == 1_000)
        } else {
            #expect(throws: CompressionError.tooLarge(limit: limit)) { try Gzip.inflate(packed, limit: limit) }
        }
    }

    /// 64 MiB in 65 KB, told truly and with every lie about its size that passes the limit.
    @Test(
        "a bomb is refused, whatever size it claims",
        arguments: [nil, 0, 1, 1_000, 4 * 1_024 * 1_024, 4 * 1_024 * 1_024 + 1, Int(UInt32.max)])
    func bomb(claim: Int?) throws {
        var packed = try Gzip.compress([UInt8](repeating: 0, count: 64 * 1_024 * 1_024))
        #expect(packed.count < 400_000)
        if let claim { packed.replaceSubrange((packed.count - 4)..., with: (0..<4).map { UInt8(truncatingIfNeeded: claim >> ($0 * 8)) }) }
        let limit = 4 * 1_024 * 1_024
        let error = #expect(throws: CompressionError.self) { try Gzip.inflate(packed, limit: limit) }
        let isOver = claim.map { $0 >= limit } ?? true
        #expect(error == (isOver ? .tooLarge(limit: limit) : .malformed))
    }

    @Test("every cut, and something behind the end")
    func cuts() throws {
        let packed = try Gzip.compress(Array("某某县医院".utf8))
        for count in packed.indices {
            #expect(throws: CompressionError.self) { try Gzip.inflate(Array(packed.prefix(count)), limit: 1_000) }
        }
        #expect(throws: CompressionError.self) { try Gzip.inflate(packed + [0], limit: 1_000) }
        #expect(throws: CompressionError.self) { try Gzip.inflate(packed + packed, limit: 1_000) }
    }

    @Test("seeded damage ends in an error or in the content", arguments: [1, 2, 3] as [UInt64])
    func damage(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let payload = (0..<2_000).map { UInt8(truncatingIfNeeded: $0 / 7) }
        let packed = try Gzip.compress(payload)
        for _ in 0..<2_000 {
            var damaged = packed
            damaged[Int.random(in: damaged.indices, using: &random)] = UInt8.random(in: 0...255, using: &random)
            // Some bytes of the header (time, system) mean nothing; all others are covered by the checksum.
            if let content = try? Gzip.inflate(damaged, limit: 4_000) { #expect(content == payload, "seed \(seed)") }
        }
        for _ in 0..<2_000 {
            let count = Int.random(in: 0...60, using: &random)
            let garbage = [0x1F, 0x8B, 8, 0] + (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
            #expect(throws: CompressionError.self, "seed \(seed)") { try Gzip.inflate(garbage, limit: 4_000) }
        }
    }
}
