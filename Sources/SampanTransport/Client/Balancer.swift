internal import SampanRPC

/// Which connection a call goes to, and which addresses are kept connected for that. Loop-confined.
protocol Balancer: AnyObject {
    /// The addresses from now on. Those that stay keep their connections, those that are gone are drained.
    func replace(_ targets: [EndpointAddress])
    /// A connection that takes a call now; nil when none does.
    func pick() -> ClientConnection?
    /// Calls wait: connects where that may help. No effect while it is tried already.
    func wanted()
    /// Why a call that does not wait for a connection fails now; nil while there is, or may soon be, one.
    var failure: RPCError? { get }
    func connected(_ subchannel: Subchannel)
    func failed(_ subchannel: Subchannel, _ failure: ConnectFailure)
    /// A connection that was ready for `life` is gone, or takes no more calls.
    func lost(_ subchannel: Subchannel, after life: Duration)
    /// What has failed so far says nothing any more: back-offs begin anew, and those that rest are tried when they are wanted.
    func forgetFailures()
    /// Drains everything and tries nothing any more.
    func close()
}

extension Balancer {
    static var noEndpoints: RPCError { RPCError(code: .unavailable, message: "there is no endpoint to call") }
}

/// Matches the subchannels of a channel with a new list of addresses.
enum SubchannelList {
    /// One for each address of `targets`, in their order, those of `old` where they fit; the others of `old` are closed.
    static func replacing(_ old: [Subchannel], with targets: [EndpointAddress], of core: ChannelCore) -> [Subchannel] {
        var byTarget = Dictionary(old.map { ($0.target, $0) }) { first, _ in first }
        let kept = targets.map { byTarget.removeValue(forKey: $0) ?? Subchannel(core: core, target: $0) }
        for gone in byTarget.values { gone.close() }
        return kept
    }
}
