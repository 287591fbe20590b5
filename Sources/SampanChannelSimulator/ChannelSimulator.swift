package import Logging
internal import SampanAPI
internal import SampanDomain
package import SampanHTTPClient
internal import SampanMesh
internal import SampanRPC
package import SampanTransport

/// A payment channel as a process: its services behind mutual TLS, and the mover of its notifications.
///
/// started → running → shut down. Safe from any task.
package final class ChannelSimulator: Sendable {
    /// What it is told at its start.
    package struct Configuration: Sendable {
        package var listen: SocketAddress
        /// Path of the file that holds everything.
        package var file: String
        package var notify: HostAndPort
        package var faults = FaultPlan.none
        package var ladder = NotificationLadder.development
        package var time = SimulatorTime.system
        package var loops = 2
        /// Nil: gateways come by gRPC only.
        package var web: Web?

        package init(listen: SocketAddress, file: String, notify: HostAndPort) {
            self.listen = listen
            self.file = file
            self.notify = notify
        }

        /// The channels' own protocols. With it, notifications go this way alone.
        package struct Web: Sendable {
            package var listen: SocketAddress
            /// Where the merchant's listener for notifications is, whatever address it has told the channels.
            package var notify: HTTPOrigin
            /// What the merchant is given, and what the channels sign with.
            package var console: SimulatedConsole

            package init(listen: SocketAddress, notify: HTTPOrigin, console: SimulatedConsole) {
                self.listen = listen
                self.notify = notify
                self.console = console
            }
        }
    }

    /// How long a merchant may take to answer a notification, as WeChat Pay has it.
    static let notificationTimeout: Duration = .seconds(5)

    /// Where it listens; names the port where 0 was asked for.
    package let address: SocketAddress
    /// Where the channels' own protocols are spoken.
    package let webAddress: SocketAddress?
    private let web: WebDoor?
    private let store: ChannelStore
    private let group: EventLoopGroup
    private let server: GRPCServer
    private let merchant: ClientChannel
    private let notifier: Task<Void, Never>

    /// Opens the store, listens, and takes up the notifications of its earlier life. Throws `StorageError`, `TrustError`, `SocketError`.
    package static func start(
        _ configuration: Configuration, credentials: NodeCredentials, logger: Logger
    ) async throws -> ChannelSimulator {
        let wakeUps = WakeUps()
        let (serverTLS, clientTLS) = (try credentials.serverContext(), try credentials.clientContext())
        let store = try ChannelStore(path: configuration.file) { wakeUps.wake() }
        let time = configuration.time
        let faults = FaultInjector(plan: configuration.faults, store: store, time: time)
        let group = try EventLoopGroup(count: configuration.loops)
        let server = try GRPCServer(
            group: group,
            services: [
                SimulatedChannelService(store: store, faults: faults, time: time),
                SimulatedPayerService(store: store, faults: faults, time: time),
            ],
            interceptors: [policy], tls: serverTLS)
        let address: SocketAddress
        do {
            address = try await server.listen(on: configuration.listen)
        } catch {
            await server.shutdown(grace: .zero)
            await store.close()
            await group.shutdown()
            throw error
        }
        var channel = ChannelConfiguration()
        // A merchant that comes back is found within the first rungs of a scaled ladder.
        channel.maximumBackoff = .milliseconds(500)
        let merchant = ClientChannel(
            group: group, host: configuration.notify.host, port: configuration.notify.port, tls: clientTLS, configuration: channel)
        let client = ChannelV1.ChannelNotificationServiceClient(merchant)
        let door: WebDoor?
        do {
            door = try await WebDoor.open(configuration.web, store: store, faults: faults, time: time, loop: group.loops[0], log: logger)
        } catch {
            await server.shutdown(grace: .zero)
            await merchant.shutdown(grace: .zero)
            await store.close()
            await group.shutdown()
            throw error
        }
        let notifier = Notifier(
            store: store, wakeUps: wakeUps, ladder: configuration.ladder, faults: faults, time: time, logger: logger
        ) { order, spoiling in
            if let door { return try await door.notify(order, spoiling) }
            _ = try await client.notifyOrder(.init(outTradeNo: order.text), options: .init(timeout: notificationTimeout))
        }
        return ChannelSimulator(address, door, store, group, server, merchant, Task { await notifier.run() })
    }

    private init(
        _ address: SocketAddress, _ web: WebDoor?, _ store: ChannelStore, _ group: EventLoopGroup, _ server: GRPCServer,
        _ merchant: ClientChannel,
        _ notifier: Task<Void, Never>
    ) {
        self.address = address
        self.web = web
        webAddress = web?.address
        self.store = store
        self.group = group
        self.server = server
        self.merchant = merchant
        self.notifier = notifier
    }

    /// Takes no new call, lets those under way end within `grace`, and closes the file. What is still to be notified waits for the
    /// next start.
    package func shutdown(grace: Duration) async {
        await server.shutdown(grace: grace)
        notifier.cancel()
        await notifier.value
        await web?.shutdown()
        await merchant.shutdown(grace: .zero)
        await store.close()
        await group.shutdown()
    }

    /// Merchants are gateways; a payer's phone speaks through an app or a hospital's own program.
    private static var policy: AccessPolicy {
        AccessPolicy(
            [
                .init("sampan.channel.v1.ChannelService", .gateway),
                .init("sampan.channel.v1.PayerService", .app, .hospital),
            ],
            for: ChannelV1.ChannelServiceMethods.all + ChannelV1.PayerServiceMethods.all)
    }
}
