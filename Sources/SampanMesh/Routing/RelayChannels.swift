internal import SampanRPC
internal import SampanTransport
internal import Synchronization

/// The channels to other nodes, one for each set of nodes that calls are spread over. Safe from any thread.
final class RelayChannels: Sendable {
    private let group: EventLoopGroup
    private let credentials: LiveCredentials
    private let channels = Mutex<[[RoutingTable.Node]: RelayChannel]>([:])

    init(group: EventLoopGroup, credentials: LiveCredentials) {
        self.group = group
        self.credentials = credentials
    }

    func channel(to nodes: [RoutingTable.Node]) -> RelayChannel {
        channels.withLock { channels in
            if let channel = channels[nodes] { return channel }
            var configuration = ChannelConfiguration()
            // Several nodes share the work; the endpoints of one are its lines.
            configuration.balancing = .leastLatency()
            configuration.keepaliveInterval = Self.keepalive.interval
            configuration.keepaliveTimeout = Self.keepalive.timeout
            configuration.outagePatience = Self.outagePatience
            let channel = RelayChannel(
                group: group, endpoints: nodes.flatMap(\.lines), credentials: credentials,
                expecting: ExpectedPeer(institution: nodes.first?.institution ?? "", nodes: Set(nodes.map(\.node))),
                configuration: configuration)
            channels[nodes] = channel
            return channel
        }
    }

    /// Silence between nodes of our own after which a line is asked whether it is there: a dead one is found within 15 s.
    private static let keepalive: (interval: Duration, timeout: Duration) = (.seconds(10), .seconds(5))

    /// Time that a call waits for a node to come back. 2 s: one that restarts is there again within a second, and a caller whose node has
    /// gone for good is told before he gives up by himself.
    private static let outagePatience: Duration = .seconds(2)

    /// How many there are.
    var count: Int { channels.withLock { $0.count } }

    /// Lets go of channels to nodes that are not in a table as they are: they end with their last call.
    func keep(only table: RoutingTable) {
        let known = Set(table.all)
        let gone = channels.withLock { channels -> [RelayChannel] in
            let gone = channels.filter { !$0.key.allSatisfy(known.contains) }
            for key in gone.keys { channels[key] = nil }
            return Array(gone.values)
        }
        for channel in gone { channel.retire() }
    }

    func shutdown(grace: Duration) async {
        let all = channels.withLock { channels in
            defer { channels = [:] }
            return Array(channels.values)
        }
        await withTaskGroup(of: Void.self) { tasks in
            for channel in all { tasks.addTask { await channel.shutdown(grace: grace) } }
        }
    }
}
