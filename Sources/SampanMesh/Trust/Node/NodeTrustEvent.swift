/// What a node's trust has to tell, for its log.
package enum NodeTrustEvent: Sendable, Hashable {
    /// The platform's stream is there.
    case connected
    /// It is not any more, or could not be had; told once for each time that it went.
    case disconnected(String)
    case epochApplied(number: UInt64, cut: EpochCut)
    /// Loud where the reason is a fork.
    case epochRefused(EpochRefusal)
    /// The epoch on the disk cannot be used: the node begins from its roots.
    case epochFileBroken(String)
    /// This node is refused by the region.
    case denied(Denial)
    /// The region lets in nothing below this protocol level, and this node is below.
    case outdated(minimumProtocol: UInt32)
    /// Another certificate is in force: by renewal, or from the disk.
    case certificateChanged(serial: SerialNumber?, isRenewal: Bool)
    case renewalFailed(String)
    /// The file of key and certificate stays broken; what was in force is.
    case identityFileBroken(String)
    /// What could not be kept on the disk besides, and why.
    case notWritten(String)
    /// A warning that was not there before.
    case warning(NodeTrustWarning)
}
