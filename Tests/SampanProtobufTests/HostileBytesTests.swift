import SampanTestSupport
import SampanProtobuf
import SampanTestMessages
import Testing

@Suite("Hostile bytes end in a typed error")
struct HostileBytesTests {
    typealias EveryKind = TestV1.EveryKind

    /// `levels` messages in one another.
    static func nested(_ levels: Int, number: Int = 5) -> [UInt8] {
        // Built from the inside out, backwards, so that a megabyte takes no time.
        var reversed: [UInt8] = []
        for _ in 1..<max(levels, 1) {
            reversed += (Wire.tag(number, 2) + Wire.varint(UInt64(reversed.count))).reversed()
        }
        return reversed.reversed()
    }

    @Test("nesting up to the limit is read, and one more is not", arguments: [1, 2, 63, 64])
    func depth(levels: Int) throws {
        let leaf = try TestV1.Leaf(serialized: Self.nested(levels))
        #expect(try TestV1.Leaf(serialized: leaf.serialized()) == leaf)
        #expect(throws: ProtobufError.nestingTooDeep(limit: levels)) {
            try TestV1.Leaf(serialized: Self.nested(levels + 1), limits: DecodingLimits(maximumDepth: levels))
        }
    }

    @Test("depth bombs of 30 KB and 1 MB", arguments: [8_000, 250_000])
    func depthBomb(levels: Int) {
        #expect(throws: ProtobufError.nestingTooDeep(limit: 64)) { try TestV1.Leaf(serialized: Self.nested(levels)) }
        let groups = Wire.many(levels, Wire.tag(100, 3))
        #expect(throws: ProtobufError.nestingTooDeep(limit: 64)) { try TestV1.Leaf(serialized: groups) }
    }

    @Test("messages too deep for any peer of ours are not encoded")
    func deepValue() {
        var leaf = TestV1.Leaf()
        for _ in 0..<64 { leaf = TestV1.Leaf(next: leaf) }
        #expect(throws: ProtobufError.nestingTooDeep(limit: 64)) { try leaf.serialized() }
    }

    @Test("2 MB of empty messages")
    func elementBomb() {
        let bomb = Wire.many(1_000_001, Wire.bytes(57, []))
        #expect(throws: ProtobufError.self) { try EveryKind(serialized: bomb) }
        #expect(throws: ProtobufError.tooManyElements(limit: 1_000_000)) {
            try EveryKind(serialized: bomb, limits: DecodingLimits(maximumMemoryBytes: 1 << 40))
        }
    }

    @Test("packed elements are counted")
    func packedBomb() {
        let bomb = Wire.bytes(46, [UInt8](repeating: 1, count: 1_000_001))
        #expect(throws: ProtobufError.tooManyElements(limit: 1_000_000)) { try EveryKind(serialized: bomb) }
    }

    static let costly: [[UInt8]] = [
        Wire.many(2_000, Wire.bytes(57, [])),
        Wire.bytes(46, [UInt8](repeating: 1, count: 20_000)),
        Wire.bytes(15, [UInt8](repeating: 1, count: 120_000)),
        Wire.many(5_000, Wire.int(9999, 1)),
        Wire.many(3_000, Wire.bytes(71, [])),
        Wire.many(4_000, Wire.text(54, "")),
        Wire.many(4_000, Wire.group(9999, [])),
    ]

    @Test("memory is limited, for protobuf-c's structs, for Swift's values and for unknown fields", arguments: costly)
    func memory(bytes: [UInt8]) throws {
        #expect(throws: ProtobufError.memoryLimitExceeded(limit: 100_000)) {
            try EveryKind(serialized: bytes, limits: DecodingLimits(maximumMemoryBytes: 100_000))
        }
        _ = try EveryKind(serialized: bytes)
    }

    @Test("Swift's values count even when protobuf-c's structs fit")
    func swiftMemory() throws {
        let bytes = Wire.many(1_000, Wire.bytes(57, []))
        var least = 1_000
        while (try? EveryKind(serialized: bytes, limits: DecodingLimits(maximumMemoryBytes: least))) == nil { least += 1_000 }
        #expect(least > 1_000 * (MemoryLayout<TestV1.Leaf>.stride + 48))
    }

    @Test("any memory limit whatever ends in the value or in the typed error")
    func everyMemoryLimit() throws {
        var generator = SeededRandom(seed: 5)
        for _ in 0..<3 {
            let value = EveryKind.random(using: &generator)
            // A group makes the normaliser take part.
            for bytes in [try value.serialized(), try value.serialized() + Wire.group(9999, [])] {
                var (accepted, refused) = (0, 0)
                for limit in 0..<20_000 {
                    do throws(ProtobufError) {
                        _ = try EveryKind(serialized: bytes, limits: DecodingLimits(maximumMemoryBytes: limit))
                        accepted += 1
                    } catch {
                        #expect(error == .memoryLimitExceeded(limit: limit))
                        refused += 1
                    }
                }
                #expect(refused > 0 && accepted > 0)
            }
        }
    }

    static let malformedRows: [([UInt8], ProtobufError)] = [
        ([0x00], ProtobufError.invalidFieldNumber), ([0x07], .invalidFieldNumber), ([0x1E, 0], .invalidWireType),
        ([0x1F], .invalidWireType),
        ([0x18], .truncated), ([0x18, 0x80], .truncated), ([0x18] + [UInt8](repeating: 0xFF, count: 11), .malformedVarint),
        ([0x80], .truncated), ([0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01], .malformedVarint),
        ([0xF8, 0xFF, 0xFF, 0xFF, 0x1F, 0], .malformedVarint),
        ([0x72, 0x05, 0x61], .truncated), ([0x72, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F], .truncated),
        ([0x72, 0x80, 0x80, 0x80, 0x80, 0x80, 0x00], .malformedVarint), ([0x09, 1, 2, 3], .truncated), ([0x15, 1], .truncated),
        (Wire.bytes(41, [1, 2, 3]), .truncated), (Wire.bytes(43, [0x80]), .truncated), (Wire.bytes(17, [0x08]), .truncated),
        (Wire.bytes(53, [UInt8](repeating: 0x80, count: 12)), .malformedVarint),
    ]

    @Test("malformed bytes", arguments: malformedRows)
    func malformed(bytes: [UInt8], error: ProtobufError) {
        #expect(throws: error) { try EveryKind(serialized: bytes) }
    }

    @Test("every truncation of a valid message is a message or a typed error")
    func truncations() throws {
        var generator = SeededRandom(seed: 3)
        for _ in 0..<4 {
            let bytes = try EveryKind.random(using: &generator).serialized()
            for length in 0..<bytes.count { Self.tryDecoding(Array(bytes[..<length])) }
        }
    }

    @Test("mutated and random bytes", arguments: [UInt64(1), 2, 3, 4])
    func fuzz(seed: UInt64) throws {
        print("seed \(seed)")
        var g = SeededRandom(seed: seed)
        for _ in 0..<60 {
            let valid = try EveryKind.random(using: &g).serialized()
            for _ in 0..<60 {
                var bytes = valid
                for _ in 0..<Int.random(in: 1...6, using: &g) where !bytes.isEmpty {
                    let at = Int.random(in: 0..<bytes.count, using: &g)
                    switch Int.random(in: 0..<5, using: &g) {
                    case 0: bytes[at] = UInt8.random(in: 0...255, using: &g)
                    case 1: bytes[at] ^= 1 << UInt8.random(in: 0..<8, using: &g)
                    case 2: bytes.remove(at: at)
                    case 3: bytes.insert(contentsOf: valid.suffix(Int.random(in: 0...min(20, valid.count), using: &g)), at: at)
                    default: bytes += bytes.prefix(at)
                    }
                }
                Self.tryDecoding(bytes)
            }
            for _ in 0..<60 {
                Self.tryDecoding((0..<Int.random(in: 0...64, using: &g)).map { _ in UInt8.random(in: 0...255, using: &g) })
            }
        }
    }

    /// What decodes must encode again, to bytes that decode to the same value; `refused` would be a hole in our own scan.
    static func tryDecoding(_ bytes: [UInt8]) {
        for type in [EveryKind.self, TestV1.Tree.self, TestV1.Stranger.self] as [any Message.Type] { check(type, bytes) }
    }

    private static func check<Value: Message>(_ type: Value.Type, _ bytes: [UInt8]) {
        do throws(ProtobufError) {
            let first = try Value(serialized: bytes).serialized()
            let second = try Value(serialized: first).serialized()
            if first != second { Issue.record("not stable: \(bytes)") }
        } catch {
            if error == .refused { Issue.record("refused by protobuf-c only: \(bytes)") }
        }
    }
}
