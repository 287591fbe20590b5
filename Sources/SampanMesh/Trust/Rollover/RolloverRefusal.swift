/// Why a verb of a rollover is not done. Nothing has changed.
package enum RolloverRefusal: Error, Sendable, Hashable {
    /// The verb whose turn it is; nil when the rollover is over.
    case notItsTurn(next: Rollover.Verb?)
    /// These members have not done what the last step asks.
    case waitsFor([RolloverGate.Laggard])
    /// The old one is on its way out already: there is nothing to go back to but another rollover.
    case tooLateToAbort
    /// No rollover has this number; the newest is that one (0 for none).
    case unknown(newest: UInt64)
    /// One at a time: that one is not over.
    case anotherUnderWay(UInt64)
    /// What was prepared does not fit; why.
    case badMaterial(String)
}
