internal import Foundation
internal import Glibc
internal import SampanChannelSimulator
internal import SampanCrypto
internal import SampanMesh
package import SampanRPC
package import SampanTransport

/// A whole region on loopback: a trust domain, a channel simulator, a gateway node and the ferry inside, each a process of its own.
package final class Region: Sendable {
    package let directory: String
    package let workers: Int
    /// Where gateway and channel are.
    package let host: String
    package let gatewayPort: UInt16
    package let simulatorPort: UInt16
    /// Of the channels' own protocols, and of the gateway's listener for their notifications; nil where they are not spoken.
    package let webPorts: (channels: UInt16, notifications: UInt16)?
    package let simulator: ManagedProcess
    package let gateway: ManagedProcess
    package let ferry: ManagedProcess
    /// Kept while the region lives, so that a part that was killed finds its port again.
    private let reserved: [ReservedPort]
    private let authority: DevelopmentAuthority
    /// But for the number of workers.
    private let ferryFile: String

    package static let trustDomain = "demo.sampan.test"
    /// The institution that the gateway and the ferry belong to.
    package static let operatorCode = "4699010000"
    package static let institutions = ["4699010001", "4699010002", "4699010003", "4699010101"]

    /// Lays a region out in a folder: certificates and configuration. Nothing is started yet.
    /// - Parameters:
    ///   - programs: folder of the built programs.
    ///   - faults: a payment day whose `his_outcome` the HIS goes by; nil leaves it well.
    package init(directory: String, programs: String, workers: Int, faults: String?, options: RegionOptions = RegionOptions()) throws {
        self.directory = directory
        self.workers = workers
        host = options.host
        try FileManager.default.createDirectory(
            atPath: "\(directory)/inside", withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        let (forGateway, forSimulator) = (try ReservedPort(), try ReservedPort())
        let forWeb = options.speaksOwnProtocols ? (try ReservedPort(), try ReservedPort()) : nil
        reserved = [forGateway, forSimulator] + (forWeb.map { [$0.0, $0.1] } ?? [])
        (gatewayPort, simulatorPort) = (forGateway.port, forSimulator.port)
        webPorts = forWeb.map { ($0.0.port, $0.1.port) }
        let now = Int64(Date.now.timeIntervalSince1970)
        ferryFile = Self.ferryFile(forGateway.port, options, faults: faults != nil)
        authority = try DevelopmentAuthority.create(
            directory: "\(directory)/trust", trustDomain: Self.trustDomain, organization: "示范卫生区", days: 60,
            // A month old: it may issue certificates that have expired.
            now: now - 30 * 86_400)
        func path(_ name: String) -> String { "\(directory)/\(name)" }
        simulator = ManagedProcess(
            name: "channel simulator", program: "\(programs)/sampan-channel-simulator",
            arguments: [
                "--listen", "\(host):\(simulatorPort)", "--data", path("channel"), "--certificate", path("trust/channel.pem"),
                "--key", path("trust/channel.key"), "--trust", path("trust/trust.pem"), "--trust-domain", Self.trustDomain,
                "--notify", "\(host):\(gatewayPort)",
            ] + Self.webArguments(webPorts, path("merchant")) + options.simulatorArguments, logFile: path("channel.log"))
        gateway = ManagedProcess(
            name: "gateway", program: "\(programs)/sampan", arguments: ["serve", "--config", path("gateway.yaml")],
            logFile: path("gateway.log"))
        let inside = options.insideLauncher + ["\(programs)/sampan", "ferry", "--config", path("ferry.yaml")]
        ferry = ManagedProcess(name: "ferry", program: inside[0], arguments: Array(inside.dropFirst()), logFile: path("ferry.log"))
        try issue(.gateway, Self.operatorCode, as: "gateway", now: now)
        try issue(.ferry, Self.operatorCode, as: "ferry", now: now)
        try issue(.app, "CHANNEL", "simulator", as: "channel", now)
        try issue(.app, "PAYER", "phone", as: "payer", now)
        for code in Self.institutions { try issue(.hospital, code, "his", as: "hospital-\(code)", now) }
        if options.seals {
            let key = try X25519PrivateKey.generate()
            try WholeFile.write(try key.pem(), to: path("sealing.key"), mode: 0o600, overwrite: false)
            try write("sealing.pub", String(decoding: try key.publicKey.pem(), as: UTF8.self))
        }
        try write("gateway.yaml", gatewayFile(options))
        try setWorkers(workers)
        if let faults { try write("faults.csv", faults) }
    }

    /// Starts every part, the channel first. Throws, with nothing left running, when one does not come up.
    package func start() async throws {
        do {
            try await simulator.start()
            try await gateway.start()
            try await ferry.start()
        } catch {
            await stop()
            throw error
        }
    }

    /// Ends every part gracefully, the inside first. Parts that are not running are left alone.
    package func stop() async {
        await ferry.stop()
        await gateway.stop()
        await simulator.stop()
    }

    /// A channel to the gateway that shows the certificate of an institution.
    package func gatewayChannel(_ group: EventLoopGroup, institution: String) throws -> ClientChannel {
        try gatewayChannel(group, as: "hospital-\(institution)")
    }

    /// A channel to the gateway that shows the certificate `name`, one of those made here or by `issue`.
    package func gatewayChannel(_ group: EventLoopGroup, as name: String) throws -> ClientChannel {
        ClientChannel(group: group, host: host, port: gatewayPort, tls: try credentials(name).clientContext())
    }

    /// The payer's phone.
    package func payerChannel(_ group: EventLoopGroup) throws -> ClientChannel {
        ClientChannel(group: group, host: host, port: simulatorPort, tls: try credentials("payer").clientContext())
    }

    package var requestDatabase: String { "\(outsideData)/requests.db" }
    package var paymentDatabase: String { "\(outsideData)/payments.db" }
    package var hisDatabase: String { "\(insideData)/his.db" }
    /// Data of the gateway, and of the inside.
    var outsideData: String { "\(directory)/data" }
    var insideData: String { "\(directory)/inside" }
    package var channelDatabase: String { "\(directory)/channel/channel.db" }

    /// Certificate, key and trusted roots of `name`, as files for programs that are not ours.
    package func credentialFiles(_ name: String) -> (certificate: String, key: String, trust: String) {
        ("\(directory)/trust/\(name).pem", "\(directory)/trust/\(name).key", "\(directory)/trust/trust.pem")
    }

    /// Has the region's authority make one more certificate, `name`, valid for 7 days from `now` (seconds since 1970; at most 30 days ago).
    package func issue(_ role: PeerIdentity.Role, _ institution: String, as name: String, now: Int64) throws {
        try issue(role, institution, name, as: name, now)
    }

    private func credentials(_ name: String) throws -> NodeCredentials {
        let files = credentialFiles(name)
        return try NodeCredentials(
            certificateFile: files.certificate, keyFile: files.key, trustFile: files.trust, trustDomain: Self.trustDomain)
    }

    private func issue(_ role: PeerIdentity.Role, _ institution: String, _ node: String, as name: String, _ now: Int64) throws {
        let identity = try PeerIdentity(trustDomain: Self.trustDomain, role: role, institution: institution, node: node)
        _ = try authority.issue(
            NodeCertificateRequest(
                identity: identity, dnsNames: ["localhost"], addresses: host == "127.0.0.1" ? [host] : ["127.0.0.1", host], days: 7),
            prefix: "\(directory)/trust/\(name)", now: now)
    }

    /// Writes the ferry's file with another number of workers, and has the ferry read it. Nothing more where it does not run.
    package func changeWorkers(to count: Int) throws {
        try setWorkers(count)
        if let supervisor = ferry.readyProcessID { _ = Glibc.kill(supervisor, SIGHUP) }
    }

    private func setWorkers(_ count: Int) throws { try write("ferry.yaml", ferryFile + "workers: \(count)\n") }

    private func write(_ name: String, _ text: String) throws {
        // Whole, or as it was: somebody may be reading it.
        try Data(text.utf8).write(to: URL(fileURLWithPath: "\(directory)/\(name)"), options: .atomic)
    }

    private func gatewayFile(_ options: RegionOptions) -> String {
        """
        listen: \(host):\(gatewayPort)
        trust-domain: \(Self.trustDomain)
        certificate: trust/gateway.pem
        key: trust/gateway.key
        trust: trust/trust.pem
        data: data
        institutions: { scheme: local, codes: [\(Self.institutions.map { "\"\($0)\"" }.joined(separator: ", "))] }
        channel: { address: "\(host):\(simulatorPort)", poll-interval: \(options.channelPollMilliseconds)ms }
        \(channels)
        payment: { order-lifetime: 15m, request-lifetime: \(options.requestLifetimeSeconds)s }
        \(options.seals ? "sealing: { key: sealing.pub }" : "# payloads are not sealed")

        """
    }

    private static func webArguments(_ ports: (channels: UInt16, notifications: UInt16)?, _ folder: String) -> [String] {
        guard let ports else { return [] }
        return [
            "--web-listen", "127.0.0.1:\(ports.channels)", "--web-notify", "http://127.0.0.1:\(ports.notifications)", "--merchant", folder,
        ]
    }

    /// The gateway's `channels`, with the keys that the simulator makes at its start; empty where they are not spoken.
    private var channels: String {
        guard let webPorts else { return "" }
        let server = "server: \"http://127.0.0.1:\(webPorts.channels)\""
        let weChat = [
            "merchant: \"\(SimulatedConsole.mchid)\"", "app: \(SimulatedConsole.appid)", "serial: \(SimulatedConsole.merchantSerial)",
            "key: merchant/wechat.key", "api-v3-key: merchant/wechat-apiv3.key",
            "platform-keys: [{ id: \(SimulatedConsole.platformKeyID), file: merchant/wechat-platform.pem }]", server,
        ]
        let alipay = [
            "app: \"\(SimulatedConsole.alipayAppID)\"", "seller: \"\(SimulatedConsole.alipaySellerID)\"", "key: merchant/alipay.key",
            "platform-keys: [merchant/alipay-platform.pem]", server,
        ]
        let notify = "listen: \"127.0.0.1:\(webPorts.notifications)\", url: \"https://pay.example\""
        return
            "channels: { wechat: { \(weChat.joined(separator: ", ")) }, alipay: { \(alipay.joined(separator: ", ")) }, notify: { \(notify) } }"
    }

    private static func ferryFile(_ gatewayPort: UInt16, _ options: RegionOptions, faults: Bool) -> String {
        let faultPlan = faults ? ", fault-plan: faults.csv" : ""
        return """
            gateway: \(options.host):\(gatewayPort)
            trust-domain: \(trustDomain)
            certificate: trust/ferry.pem
            key: trust/ferry.key
            trust: trust/trust.pem
            poll-interval: \(options.ferryPollMilliseconds)ms
            wake: \(options.wakes)
            institutions: { scheme: local }
            his: { database: inside/his.db, seed: payment-day, timeout: \(options.hisTimeoutMilliseconds)ms\(faultPlan) }
            \(options.seals ? "sealing: { keys: [sealing.key] }" : "# payloads are not sealed")

            """
    }
}

/// How a region differs from the plain one.
package struct RegionOptions: Sendable {
    /// Off: workers poll once a second, the published practice.
    package var wakes = true
    /// The tick of the ferry's workers; 1 s, as published.
    package var ferryPollMilliseconds = 1_000
    package var channelPollMilliseconds = 2_000
    package var requestLifetimeSeconds = 60
    package var hisTimeoutMilliseconds = 200
    package var simulatorArguments: [String] = []
    /// Whether payloads are sealed to the inside.
    package var seals = true
    /// Where gateway and channel listen.
    package var host = "127.0.0.1"
    /// What the ferry is started by, where it is not to be started as it is: a program, and its arguments before those of the ferry.
    package var insideLauncher: [String] = []
    /// WeChat Pay and Alipay are spoken with in their own protocols, instead of by our own contract.
    package var speaksOwnProtocols = false

    package init() {}
}
