internal import SampanTestSupport

/// Makes new inputs out of old ones. The same seed makes the same inputs.
package struct Mutator: Sendable {
    private let dictionary: [[UInt8]]
    private let maximumBytes: Int
    private var random: SeededRandom

    package init(dictionary: [[UInt8]], maximumBytes: Int, seed: UInt64) {
        (self.dictionary, self.maximumBytes, random) = (dictionary, maximumBytes, SeededRandom(seed: seed))
    }

    /// Numbers at which lengths, counts and signs turn over.
    private static let interesting: [UInt64] = [
        0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 31, 32, 63, 64, 100, 127, 128, 129, 255, 256, 511, 512, 1_000, 1_023, 1_024, 4_095, 4_096,
        16_383,
        16_384, 16_385, 32_767, 32_768, 65_535, 65_536, 0xFF_FFFF, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF, 0x1_0000_0000,
        0x7FFF_FFFF_FFFF_FFFF, 0x8000_0000_0000_0000, .max,
    ]

    /// One of the corpus, changed a few times; or, rarely, bytes out of nothing.
    package mutating func next(_ corpus: [[UInt8]]) -> [UInt8] {
        guard let parent = corpus.randomElement(using: &random), chance(60) else { return random.bytes(below(min(maximumBytes, 256) + 1)) }
        var bytes = parent
        for _ in 0..<[1, 1, 1, 2, 2, 3, 4, 6, 10][below(9)] { mutate(&bytes, corpus) }
        return Array(bytes.prefix(maximumBytes))
    }

    private mutating func mutate(_ bytes: inout [UInt8], _ corpus: [[UInt8]]) {
        guard !bytes.isEmpty else { return bytes = dictionary.randomElement(using: &random) ?? random.bytes(1 + below(8)) }
        let at = below(bytes.count)
        switch below(14) {
        case 0: bytes[at] ^= 1 << UInt8(below(8))
        case 1: bytes[at] = UInt8(below(256))
        case 2: bytes[at] = bytes[at] &+ UInt8(below(9)) &- 4
        case 3: bytes.removeSubrange(at..<min(bytes.count, at + 1 + below(8)))
        case 4: bytes.removeSubrange(at...)
        case 5: bytes.insert(contentsOf: random.bytes(1 + below(8)), at: below(bytes.count + 1))
        case 6: writeNumber(&bytes, at)
        case 7, 8: if let word = dictionary.randomElement(using: &random) { bytes.insert(contentsOf: word, at: below(bytes.count + 1)) }
        case 9: overwrite(&bytes, at, dictionary.randomElement(using: &random) ?? [])
        case 10: bytes.insert(contentsOf: bytes[at..<min(bytes.count, at + 1 + below(32))], at: below(bytes.count + 1))
        case 11:
            // The same thing many times over: nesting, floods, amplification.
            let piece = Array(bytes[at..<min(bytes.count, at + 1 + below(16))])
            for _ in 0..<(1 << below(9)) where bytes.count < maximumBytes { bytes.insert(contentsOf: piece, at: at) }
        case 12:
            // The head of this one with the tail of another.
            let other = corpus.randomElement(using: &random) ?? []
            bytes = bytes[..<at] + other.suffix(other.isEmpty ? 0 : below(other.count + 1))
        default: lie(&bytes, at)
        }
    }

    /// A number of the list in one to eight bytes, in either order.
    private mutating func writeNumber(_ bytes: inout [UInt8], _ at: Int) {
        let value = Self.interesting.randomElement(using: &random) ?? 0
        let width = [1, 2, 3, 4, 8][below(5)]
        var encoded = (0..<width).map { UInt8(truncatingIfNeeded: value >> UInt64(8 * $0)) }
        if chance(1) { encoded.reverse() }
        overwrite(&bytes, at, encoded)
    }

    /// A length that is wrong by a little, where one may stand: a byte that says how many follow it.
    private mutating func lie(_ bytes: inout [UInt8], _ at: Int) {
        let place = bytes.indices[at...].first { Int(bytes[$0]) == bytes.count - $0 - 1 } ?? at
        bytes[place] &+= [1, 2, 128, 254, 255][below(5)]
    }

    private func overwrite(_ bytes: inout [UInt8], _ at: Int, _ with: [UInt8]) {
        bytes.replaceSubrange(at..<min(bytes.count, at + with.count), with: with)
    }

    /// 0 to `limit` - 1.
    private mutating func below(_ limit: Int) -> Int { Int(random.next() % UInt64(max(limit, 1))) }
    /// True in `odds` of `odds` + 1 cases.
    private mutating func chance(_ odds: Int) -> Bool { below(odds + 1) > 0 }
}
