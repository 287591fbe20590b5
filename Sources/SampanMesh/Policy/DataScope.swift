/// On whose data a caller may act.
package enum DataScope: String, Sendable, Hashable, CaseIterable {
    /// What belongs to the institution of its certificate.
    case own
    /// Everybody's: the platform, and whoever works for others.
    case any
}
