package import SampanRPC

/// Who has to move before a rollover takes its next step, and who is not waited for.
package struct RolloverGate: Sendable, Hashable {
    /// A member that is there and has not done what the last step asks.
    package struct Laggard: Sendable, Hashable {
        package let node: PeerIdentity
        package let acknowledged: UInt64
        /// True when the certificate that it shows is not one of the issuer that comes.
        package let showsOutgoing: Bool
    }

    /// The gate is open when there are none. By name.
    package let laggards: [Laggard]
    /// Not waited for, and what the last step asks is not done by them. By name.
    package let absent: [PeerIdentity]
    /// Those of the absent who must be marked when the step is taken: without it they would count as members that did what was asked.
    package let toLeaveBehind: [PeerIdentity]

    package var isOpen: Bool { laggards.isEmpty }

    /// - Parameters:
    ///   - epochNumber: the epoch that every member must have in force.
    ///   - issuer: key identifier of the issuer whose certificate every member must show; nil when any will do.
    init(_ members: [RolloverMember], epochNumber: UInt64, issuer: [UInt8]?) {
        var laggards: [Laggard] = []
        var absent: [PeerIdentity] = []
        var toLeaveBehind: [PeerIdentity] = []
        for member in members.sorted(by: { $0.node.uri < $1.node.uri }) {
            let showsOutgoing = issuer != nil && member.shownIssuer != issuer
            guard member.acknowledged < epochNumber || showsOutgoing || member.isLeftBehind else { continue }
            if member.isAbsent || member.isLeftBehind {
                absent.append(member.node)
                if !member.isLeftBehind { toLeaveBehind.append(member.node) }
            } else {
                laggards.append(Laggard(node: member.node, acknowledged: member.acknowledged, showsOutgoing: showsOutgoing))
            }
        }
        self.laggards = laggards
        self.absent = absent
        self.toLeaveBehind = toLeaveBehind
    }
}
