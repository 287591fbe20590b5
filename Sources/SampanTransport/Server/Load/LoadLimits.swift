public import SampanRPC

/// What one caller may ask of a server, and what the server does when all together ask too much (Docs/Mesh.md, Too much at once).
///
/// A caller is an institution, by the certificate that made the call, wherever its connections end and whoever passes its calls on; where
/// peers show no certificate it is an address.
public struct LoadLimits: Sendable {
    /// New calls a second of one caller, over all loops; 0 to 1,000,000, and 0 is no limit. None by default: how much is much depends on
    /// what is served. A call over it ends with RESOURCE_EXHAUSTED and the time after which there is room again.
    public var callsPerSecond = 0
    /// New calls of one caller that may come at once after a pause, at least 1. 10,000: whoever has waited for a line that was down.
    public var burst = 10_000
    /// Calls of one caller that are open at once, over all loops; 0 is no limit. 10,000: ten connections full of calls
    /// (`ServerConfiguration.maximumConcurrentCalls`). One more ends with RESOURCE_EXHAUSTED.
    public var callsAtOnce = 10_000
    /// Repeated calls of one caller to one method that are let through for a hundred first ones of the last ten seconds, 0 to 1,000. 20: a
    /// node that fails gets a fifth more load by it, not a multiple. One more ends with UNAVAILABLE and the request not to try again.
    public var retryPercent = 20
    /// Repeated calls of one caller to one method that are let through in any case, each five seconds or so, for every loop; 0 to
    /// 1,000,000. 1,000: a connection full of calls (`ServerConfiguration.maximumConcurrentCalls`) that another node has lost.
    public var fewestRetries = 1_000
    /// Mean time that calls wait for their handler above which calls are refused by priority, with UNAVAILABLE; nil: none ever is. 50 ms:
    /// a person does not notice, four nodes one behind another stay below a quarter of a second, and a queue of so much goes away within
    /// the next window.
    public var queueingLimit: Duration? = .milliseconds(50)
    /// Priorities of calls that claim none, by service (`package.Service`) or method (`package.Service/Method`); the longer name counts.
    /// All others are `.normal`.
    public var priorities: [String: CallPriority] = [:]
    /// The most that a caller of a role may claim, or a node of that role pass on; a call that claims more gets so much. Programs: `.high`,
    /// since whoever talks to patients may not know of emergencies; nodes: everything, since they hold their own callers to it.
    public var highestPriorities: [PeerIdentity.Role: CallPriority] = [.app: .high]
    /// The same of peers that show no certificate.
    public var highestPriorityOfUnknown = CallPriority.normal
    /// Beginnings of names of services whose calls are under no limit of these. Health: else a node that is busy is taken for dead, and its
    /// load falls on the next. Trust and registry: else the region could not renew, or deny, what it runs on, when it matters most.
    public var exemptServices = ["grpc.health.v1.", "sampan.trust.", "sampan.mesh."]
    /// How long handlers start in one turn of a loop before it looks at its sockets again. 5 ms: calls that are to be refused hear of it
    /// within so much.
    package var handlersPerTurn: Duration = .milliseconds(5)
    /// Callers that are kept account of at once, at least 1. 10,000: as many as there may be connections; those beyond share one account.
    public var maximumCallers = 10_000

    public init() {}

    /// No limit at all: for those who fill a server on purpose.
    public static let none: LoadLimits = {
        var limits = LoadLimits()
        (limits.callsAtOnce, limits.retryPercent, limits.fewestRetries, limits.queueingLimit) = (0, 1_000, 1_000_000, nil)
        limits.exemptServices = [""]
        return limits
    }()

    /// Whether calls of a service are under no limit.
    func isExempt(_ service: String) -> Bool { exemptServices.contains { service.hasPrefix($0) } }

    /// What a call that claims nothing is.
    func priority(of method: MethodDescriptor) -> CallPriority {
        guard !priorities.isEmpty else { return .normal }
        return priorities[method.description] ?? priorities[method.service] ?? .normal
    }

    /// What calls over a connection of `peer` may claim.
    func ceiling(of peer: Peer) -> CallPriority {
        guard let role = peer.identity?.role else { return highestPriorityOfUnknown }
        return highestPriorities[role] ?? .critical
    }
}
