package import SampanTransport

/// How a node takes part in the region's trust.
package struct NodeTrustSettings: Sendable {
    /// Where the platform's TrustService is, best first.
    package var platform: [Endpoint]
    /// Protocol level that this node speaks.
    package var protocolLevel: UInt32
    /// Of the program, at most 64 bytes.
    package var version: String
    package var policy = NodePolicy()
    /// Given the routes of each epoch that comes into force, also of the one that the node starts with; from any task, must not block.
    package var takeRoutes: @Sendable (EpochDirectory) -> Void = { _ in }
    /// Nil for all but platform nodes: how nodes are let in that come back with a certificate of an issuer which was retired.
    package var returning: ReturningNodes?
    /// True where another process of the same node follows, renews and acknowledges in the same folder: this one takes over what that one
    /// has written, half a second later, and asks the platform only for what it missed.
    package var isCompanion = false
    /// Time between reports on the stream. 10 s, as the contract has it.
    package var reportInterval: Duration = .seconds(10)
    /// Time between pulls while the stream is down. 10 s, as the contract has it.
    package var pullInterval: Duration = .seconds(10)
    /// Time that calls have to end on connections whose issuer was retired, until these are cut. 1 h: the longest that a call may take
    /// (`ServerConfiguration.maximumCallDuration`), so none is cut that would have ended. A retired issuer is no enemy; one that is gets
    /// denied. Zero cuts at once.
    package var retiredIssuerGrace: Duration = .seconds(3_600)

    /// Over so long nodes spread their renewals when another issuer signs. 15 s: 1,000 nodes are 67 a second, and a dozen on two busy cores
    /// delay nobody's calls. A platform node renews at once.
    package var renewalSpread: Duration = .seconds(15)
    /// Over so long nodes spread the making of new connections in the place of those whose issuer goes. 6 s: all of a region would shake
    /// hands in the same instant otherwise, and calls would wait for it. A platform node does it at once.
    package var drainSpread: Duration = .seconds(6)

    package init(platform: [Endpoint], protocolLevel: UInt32 = 1, version: String) {
        self.platform = platform
        self.protocolLevel = protocolLevel
        self.version = version
    }
}

/// The policy of a node, as far as trust is concerned with it.
package struct NodePolicy: Sendable {
    /// In force while the epoch names none.
    package var ownText = ""
    /// Why a text is no policy; nil for one that is. Asked when an epoch is tried.
    package var check: @Sendable (String) -> String? = { _ in nil }
    /// Puts a text in force that `check` has found good.
    package var use: @Sendable (String) -> Void = { _ in }

    package init() {}
}

/// What a platform node does for nodes that were away while an issuer, or a root, was retired: they may renew, and nothing else.
package struct ReturningNodes: Sendable {
    /// Roots that were retired (DER), asked at every epoch that is applied. Peers under them are let in to renew.
    package var retiredRoots: @Sendable () -> [[UInt8]]

    package init(retiredRoots: @escaping @Sendable () -> [[UInt8]] = { [] }) { self.retiredRoots = retiredRoots }
}
