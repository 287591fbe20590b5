/// The place of a call in the order in which calls are refused: its priority, and among equals its caller (DAGOR, Zhou et al., SoCC 2018).
///
/// Callers of one priority are refused in the order of a hash, not each a little: a caller all of whose calls are served gets something
/// done, where one of whose three calls each one fails gets nothing. The order changes every hour, so that nobody is always the last.
package enum CallRank {
    /// Ranks that there are.
    package static let count = CallPriority.allCases.count << callerBits
    /// 6: 64 groups of callers in each priority.
    private static let callerBits: UInt8 = 6
    /// One hour, in nanoseconds.
    package static let shuffle: Int64 = 3_600_000_000_000

    /// 0 to `count - 1`; the higher the later it is refused. `turn` changes the order of the callers.
    package static func of(_ priority: CallPriority, caller: UInt64, turn: UInt64) -> UInt8 {
        let mixed = (caller ^ turn) &* 0x9E37_79B9_7F4A_7C15
        return priority.rawValue << callerBits | UInt8(truncatingIfNeeded: mixed >> (64 - UInt64(callerBits)))
    }

    /// Of what is never refused.
    package static let highest = UInt8.max

    /// What `of` goes by of a caller's name (FNV-1a).
    package static func hash(_ name: String) -> UInt64 {
        name.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    }
}
