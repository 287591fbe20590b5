/// Chinese characters as names need them: how each is read without its tone, and which form stands for its variants.
///
/// Covers the blocks CJK Unified Ideographs and Extension A (26,676 characters with a reading). Made once, from the generated tables.
struct HanTable: Sendable {
    static let shared = HanTable()

    /// The first scalar that has a place in the tables, and how many places there are.
    private static let first: UInt16 = 0x3400
    private static let count = 0xA000 - 0x3400

    /// Up to three readings for each character, 0 for none. Syllables are numbered from 1.
    private let readings: [SIMD4<UInt16>]
    /// What stands for each character.
    private let canonical: [UInt16]
    /// The number of each syllable.
    private let syllables: [String: UInt16]

    private init() {
        var readings = [SIMD4<UInt16>](repeating: .zero, count: Self.count)
        var canonical = (0..<Self.count).map { UInt16(truncatingIfNeeded: $0) + Self.first }
        var syllables: [String: UInt16] = [:]
        for (rank, text) in [HanReadings.first, HanReadings.second, HanReadings.third].enumerated() {
            var syllable = ""
            var number: UInt16 = 0
            for scalar in text.unicodeScalars {
                if scalar.isASCII {
                    if number != 0 { syllable = "" }
                    number = 0
                    syllable.unicodeScalars.append(scalar)
                    continue
                }
                if number == 0 {
                    number = syllables[syllable] ?? UInt16(truncatingIfNeeded: syllables.count + 1)
                    syllables[syllable] = number
                }
                if let place = Self.place(scalar) { readings[place][rank] = number }
            }
        }
        var variant: Unicode.Scalar?
        for scalar in HanVariants.pairs.unicodeScalars {
            if let from = variant {
                if let place = Self.place(from), let target = UInt16(exactly: scalar.value) { canonical[place] = target }
                variant = nil
            } else {
                variant = scalar
            }
        }
        self.readings = readings
        self.canonical = canonical
        self.syllables = syllables
    }

    private static func place(_ scalar: Unicode.Scalar) -> Int? {
        guard let code = UInt16(exactly: scalar.value), code >= first, code < 0xA000 else { return nil }
        return Int(code - first)
    }

    /// The character that stands for `scalar` and its variants; nil for one that the tables do not have.
    func canonical(_ scalar: Unicode.Scalar) -> UInt16? { Self.place(scalar).map { canonical[$0] } }

    /// The readings of a canonical character; all 0 for another value.
    func readings(_ unit: UInt16) -> SIMD4<UInt16> {
        guard unit >= Self.first, unit < 0xA000 else { return .zero }
        return readings[Int(unit - Self.first)]
    }

    /// The number of a syllable in small Latin letters; nil for no syllable of Mandarin.
    func syllable(_ text: String) -> UInt16? { syllables[text] }
}
