/// What the calls of one series have in common.
///
/// Bounded: methods are those that are registered here, or that another node has answered; peers are institutions of verified
/// certificates, never persons; `CallMetrics` limits how many sets there are.
package struct CallLabels: Sendable, Hashable {
    /// Which part this node had in the call.
    package enum Direction: String, Sendable, Hashable, CaseIterable {
        /// A handler of this node answered it.
        case served
        /// It came in, and went on to another node.
        case relayed
        /// This node made it. Each attempt of a call that is repeated counts.
        case called
    }

    package let direction: Direction
    /// `package.Service/Method`; `package.Service/*` for a method of another node that nobody has answered yet; `other`.
    package let method: String
    /// The institution at the other end: who made the call, or who answers one of ours. Empty where there is no certificate.
    package let peer: String
    /// Whom a relayed call is for, an institution or a node of one; empty otherwise.
    package let route: String

    /// In place of a value of which there are too many.
    package static let other = "other"

    package init(_ direction: Direction, method: String, peer: String, route: String = "") {
        (self.direction, self.method, self.peer, self.route) = (direction, method, peer, route)
    }
}
