package import SampanRPC

/// Says where calls go that a server does not simply serve, and who has made those that others have forwarded to it. Asked on the loop
/// of the call, before anything else: must not block.
package protocol CallRouter: Sendable {
    /// What becomes of a call; throws the status that it ends with where nothing does.
    ///
    /// Asked of calls that say something of their way (`RouteFields`), and of those of methods that are not served here.
    func route(_ call: ArrivingCall) throws(RPCError) -> Way
}

/// A call whose head has come.
package struct ArrivingCall: Sendable {
    /// `/service/method`.
    package let path: String
    /// Whether the method is served here.
    package let isServed: Bool
    package let fields: RouteFields
    /// The other end of the connection, and what it has shown; nil without TLS.
    package let peer: Peer
    package let certificate: VerifiedPeer?

    package init(path: String, isServed: Bool, fields: RouteFields, peer: Peer, certificate: VerifiedPeer?) {
        (self.path, self.isServed, self.fields) = (path, isServed, fields)
        (self.peer, self.certificate) = (peer, certificate)
    }
}

/// What becomes of a call.
package enum Way: Sendable {
    /// It is served here; `caller` has made it.
    case here(caller: Peer)
    /// Somebody else serves it; `caller` has made it.
    case onward(Departure, caller: Peer)
}
