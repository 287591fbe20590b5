internal import Foundation
package import Logging
internal import SampanAPI
internal import SampanCrypto
internal import SampanDomain
internal import SampanFerry
package import SampanMesh
internal import SampanRPC
internal import SampanServices
internal import SampanTransport

/// A gateway node, composed: the outer request store, the services in front of it, and one listener.
package struct GatewayNode: Sendable {
    private let configuration: GatewayConfiguration
    private let log: Logger

    package init(_ configuration: GatewayConfiguration, log: Logger) {
        self.configuration = configuration
        self.log = log
    }

    /// Which role may call what, where the configuration names no policy of its own (design.md: default deny).
    package static let policy: [PolicyRule] = [
        PolicyRule("sampan.payment.v1.PaymentService", .hospital, .app),
        PolicyRule("sampan.gateway.v1.RequestService", .hospital, .app),
        PolicyRule("sampan.booking.v1.BookingService", .hospital, .app),
        PolicyRule("sampan.booking.v1.ClinicService", .hospital),
        PolicyRule("sampan.fee.v1.FeeService", .hospital, .app),
        PolicyRule("sampan.gateway.v1.FerryService", .ferry),
        PolicyRule("sampan.gateway.v1.InquiryService", .ferry),
        PolicyRule("sampan.gateway.v1.FerryService/GetFerryStatus", .admin, .platform),
        PolicyRule("sampan.channel.v1.ChannelNotificationService", .app),
        // Finance staff only, each under a certificate of their own: one closes, and two resolve.
        PolicyRule("sampan.settlement.v1.SettlementService", .settlement),
        PolicyRule("sampan.reconciliation.v1.ReconciliationService", .settlement),
        PolicyRule("sampan.statistics.v1.StatisticsService", .settlement, .admin, .platform),
        PolicyRule("sampan.mesh.v1.StaffTokenService", .app, .hospital, .gateway),
        PolicyRule("sampan.trust.v1.NodeService", .admin, .platform),
        // Of calls of their own institution: see `NodeDesk`.
        PolicyRule("sampan.trust.v1.NodeService/ListCallRecords", Set(PeerIdentity.Role.allCases)),
        PolicyRule("grpc.health.v1.Health", Set(PeerIdentity.Role.allCases)),
        // What it shows is filtered by the same rules: see `reflection`.
        PolicyRule("grpc.reflection.v1.ServerReflection", Set(PeerIdentity.Role.allCases)),
        PolicyRule("grpc.reflection.v1alpha.ServerReflection", Set(PeerIdentity.Role.allCases)),
    ]

    /// Serves until its task is cancelled or an admin drains it, and returns when no call is left. Throws when it cannot start.
    /// - Parameters:
    ///   - reload: nil for a node whose file is read once.
    ///   - ready: called once with the bound address, when calls are taken.
    package func run(reload: ConfigurationReload? = nil, ready: @Sendable (String) -> Void) async throws {
        _ = try configuration.node.credentials(as: .gateway)
        try FileManager.default.createDirectory(
            atPath: configuration.data, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        let lock = try DataLock(folder: configuration.data)
        defer { withExtendedLifetime(lock) {} }
        let (requests, payments) = try await openStores()
        let notices = try NoticeStore(path: "\(configuration.data)/bookings.db")
        let node = try ServingNode(
            loops: configuration.node.loops, registration: configuration.registration, grace: configuration.drainGrace, log: log
        ) {
            try NodeSecurity(configuration.node, as: .gateway, policy: $1, takeRoutes: $2, group: $0, log: log)
        }
        let channel = configuration.channel.map {
            ClientChannel(group: node.group, endpoints: [Endpoint($0)], credentials: node.credentials)
        }
        let merchant = try configuration.channels.map { try MerchantParts($0) }
        let channels = MerchantChannels(
            store: payments, weChat: merchant?.weChat, alipay: merchant?.alipay, others: channel.map { RPCPaymentChannel($0) },
            configuration: configuration.engine)
        let engine = makeEngine(payments, requests, channels)
        let refunds = makeRefunds(payments, engine, channels)
        let door = try await openDoor(payments, engine, merchant, node.group.loops[0])
        let spans = configuration.observation.telemetry.map { _ in FerrySpans() }
        let health = HealthService(serving: Self.servedNames)
        let clinics = GatewayClinics(configuration, requests, notices, engine, digest: Self.digest, pause: node.pause, log: log)
        let staff = StaffPart(configuration.staff, log: log)
        let listening = try await node.serve(
            services(requests, payments, engine, spans, pause: node.pause) + financeServices(payments, refunds, node) + clinics.services
                + (staff?.services(node) ?? []),
            health,
            ServingNode.Door(
                listen: configuration.listen, peers: configuration.peers, limits: configuration.limits, policy: configuration.policyEdition,
                auditFolder: configuration.data, observation: configuration.observation, webOrigins: configuration.webOrigins,
                ferrySpans: spans, platform: configuration.node.platform), standing: staff?.board)
        ready("\(listening.address)")
        let archivist = RequestArchivist(requests, now: WallClock.now, log: log)
        await node.live(listening, reload: reload) {
            async let archiving: Void = archivist.run()
            async let rules: Void = refunds.run()
            async let cancellations: Void = clinics.mover.run()
            async let standing: Void? = staff?.keep(node, platform: configuration.node.platform)
            await engine.run()
            _ = await standing
            await archiving
            await rules
            await cancellations
        }
        await door?.close()
        await node.shutdown(listening) {
            await channel?.shutdown(grace: .seconds(1))
            await merchant?.shutdown()
        }
        await requests.close()
        await payments.close()
        await notices.close()
    }

    /// Throws the database's own error, which names the file and says what is wrong with it.
    private func openStores() async throws -> (RequestStore, PaymentStore) {
        let sealer = try configuration.sealingKey.map { try SealingKey(file: $0).sealer }
        do {
            return (
                try await RequestStore.open(path: "\(configuration.data)/requests.db", sealer: sealer),
                try PaymentStore(path: "\(configuration.data)/\(PaymentArchive.fileName)")
            )
        } catch RequestStoreError.storage(let error) {
            throw error
        } catch PaymentStoreError.storage(let error) {
            throw error
        }
    }

    /// Where the channels post notifications in their own protocols; nil where they are not spoken.
    private func openDoor(
        _ payments: PaymentStore, _ engine: PaymentEngine, _ merchant: MerchantParts?, _ loop: EventLoop
    ) async throws -> NotificationDoor? {
        guard let merchant, let address = configuration.channels?.notify else { return nil }
        let notifications = MerchantNotifications(
            store: payments, engine: engine, weChat: merchant.weChat, alipay: merchant.alipay, now: WallClock.now, log: log)
        return try await NotificationDoor(address, notifications, on: loop)
    }

    private func makeEngine(_ payments: PaymentStore, _ requests: RequestStore, _ channels: MerchantChannels) -> PaymentEngine {
        PaymentEngine(
            store: payments, channel: channels,
            queue: PaymentQueue(
                requests: requests, digest: Self.digest, lifetime: configuration.requestLifetime,
                scheme: configuration.institutions.scheme),
            configuration: configuration.engine, log: log)
    }

    private func makeRefunds(_ payments: PaymentStore, _ engine: PaymentEngine, _ channels: MerchantChannels) -> AutomaticRefunds {
        let remedy = PaymentRemedy(store: payments, channel: channels, engine: engine, configuration: configuration.engine)
        return AutomaticRefunds(books: payments.books, remedy: remedy, configuration: configuration.engine, log: log)
    }

    /// For finance staff: the closing of days, the breaks of reconciliation, and figures.
    private func financeServices(
        _ payments: PaymentStore, _ refunds: AutomaticRefunds, _ node: ServingNode
    ) -> [any RPCService] {
        let institution = node.credentials.identity.institution
        return [
            SettlementDesk(books: payments.books, institution: institution, now: WallClock.now, audit: node.audit),
            ReconciliationDesk(
                books: payments.books, institution: institution, refunds: refunds, now: WallClock.now, audit: node.audit),
            StatisticsDesk(books: payments.books),
        ]
    }

    private static func refunds(_ payments: PaymentStore) -> @Sendable () async throws -> FerryDesk.Refunds {
        {
            let refunds = try await payments.refundCounts()
            return FerryDesk.Refunds(underWay: refunds.underWay, done: refunds.done)
        }
    }

    /// - Parameter pause: of workers that wait for a row.
    private func services(
        _ requests: RequestStore, _ payments: PaymentStore, _ engine: PaymentEngine, _ spans: FerrySpans?,
        pause: @escaping @Sendable (Duration) async -> Void
    ) -> [any RPCService] {
        [
            RequestDesk(store: requests, institutions: configuration.institutions, digest: Self.digest, now: WallClock.now),
            FerryDesk(store: requests, now: WallClock.now, spans: spans, refunds: Self.refunds(payments), pause: pause),
            PaymentDesk(
                store: payments, engine: engine, institutions: configuration.institutions, configuration: configuration.engine,
                digest: Self.digest),
            ChannelNotificationDesk(engine: engine),
        ]
    }

    /// The services whose health is told by name; the gateway itself is the empty name.
    static let servedNames = [
        "sampan.payment.v1.PaymentService", "sampan.gateway.v1.RequestService", "sampan.gateway.v1.FerryService",
        "sampan.channel.v1.ChannelNotificationService", "sampan.settlement.v1.SettlementService",
        "sampan.reconciliation.v1.ReconciliationService", "sampan.statistics.v1.StatisticsService", "sampan.booking.v1.BookingService",
        "sampan.booking.v1.ClinicService", "sampan.fee.v1.FeeService", "sampan.gateway.v1.InquiryService",
    ]

    private static let digest: RequestDigest = { try SHA256.hash($0) }
}

extension ServingAudit: FinanceAudit {}
