/// What a proof may tell a node of the harness.
enum TrafficOrder: String, Sendable {
    /// Take a new certificate now, whatever is left of the one there is.
    case renew
    /// Hear of no epoch any more and go on with what there is: a node that was stolen.
    case turnDeaf
}
