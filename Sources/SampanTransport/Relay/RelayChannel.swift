internal import SampanRPC

/// Channels to the same endpoints, one for each loop, so that a call that is passed on never leaves the loop that it came in on. Each
/// connects on its first call. Safe from any thread.
package final class RelayChannel: Sendable {
    private let channels: [ClientChannel]

    /// Over mutual TLS to one endpoint or several, whoever else answers there.
    package init(
        group: EventLoopGroup, endpoints: [Endpoint], credentials: LiveCredentials, expecting peer: ExpectedPeer,
        configuration: ChannelConfiguration = ChannelConfiguration()
    ) {
        channels = group.loops.map {
            ClientChannel(
                loop: $0, source: FixedEndpoints(endpoints: endpoints), security: .peers(credentials, peer), configuration: configuration)
        }
    }

    /// Without TLS: for tests and benchmarks.
    package init(plaintext group: EventLoopGroup, endpoints: [Endpoint], configuration: ChannelConfiguration = ChannelConfiguration()) {
        channels = group.loops.map {
            ClientChannel(
                loop: $0, source: FixedEndpoints(endpoints: endpoints), security: .plaintext, configuration: configuration)
        }
    }

    /// What carries calls of a loop; nil for a loop of another group. On that loop.
    func core(on loop: EventLoop) -> ChannelCore? { channels.first { $0.core.loop === loop }?.core }

    /// Takes no more calls, and goes with the last that it carries.
    package func retire() {
        // Held until then.
        Task { await shutdown(grace: Self.longestCall) }
    }

    /// The longest that a call may take (`ServerConfiguration.maximumCallDuration`).
    private static let longestCall: Duration = .seconds(3_600)

    /// Ends the channels: calls under way may end within `grace`.
    package func shutdown(grace: Duration) async {
        await withTaskGroup(of: Void.self) { tasks in
            for channel in channels { tasks.addTask { await channel.shutdown(grace: grace) } }
        }
    }
}
