/// A 64-bit hash of a number that bills and ledgers share; the same in every run, so that every run writes the same.
enum KeyHash {
    /// FNV-1a, stirred at the end (the finaliser of SplitMix64): partitions are cut from its highest bits.
    static func of(_ bytes: Span<UInt8>, _ range: Range<Int>) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for at in range { hash = (hash ^ UInt64(bytes[at])) &* 0x0000_0100_0000_01B3 }
        hash = (hash ^ hash >> 30) &* 0xBF58_476D_1CE4_E5B9
        hash = (hash ^ hash >> 27) &* 0x94D0_49BB_1331_11EB
        return hash ^ hash >> 31
    }
}
