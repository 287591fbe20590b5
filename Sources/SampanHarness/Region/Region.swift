internal import Foundation
internal import SampanDomain
internal import SampanMesh
internal import SampanRPC
internal import SampanTransport

/// A whole region on loopback: a trust domain, a channel simulator, a gateway node and the ferry inside, each a process of its own.
package final class Region: Sendable {
    package let directory: String
    let workers: Int
    let gatewayPort: UInt16
    let simulator: ManagedProcess
    let gateway: ManagedProcess
    let ferry: ManagedProcess
    private let simulatorPort: UInt16
    private let authority: DevelopmentAuthority

    static let trustDomain = "demo.sampan.test"
    /// The institution that the gateway and the ferry belong to.
    static let operatorCode = "4699010000"
    package static let institutions = ["4699010001", "4699010002", "4699010003", "4699010101"]

    /// Lays a region out in a folder: certificates and configuration. Nothing is started yet.
    /// - Parameters:
    ///   - programs: folder of the built programs.
    ///   - faults: a payment day whose `his_outcome` the HIS goes by; nil leaves it well.
    package init(directory: String, programs: String, workers: Int, faults: String?, options: RegionOptions = RegionOptions()) throws {
        self.directory = directory
        self.workers = workers
        try FileManager.default.createDirectory(
            atPath: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        let ports = try FreePort.take(2)
        (gatewayPort, simulatorPort) = (ports[0], ports[1])
        let now = Int64(Date.now.timeIntervalSince1970)
        authority = try DevelopmentAuthority.create(
            directory: "\(directory)/trust", trustDomain: Self.trustDomain, organization: "示范卫生区", days: 30, now: now)
        func path(_ name: String) -> String { "\(directory)/\(name)" }
        simulator = ManagedProcess(
            name: "channel simulator", program: "\(programs)/sampan-channel-simulator",
            arguments: [
                "--listen", "127.0.0.1:\(simulatorPort)", "--data", path("channel"), "--certificate", path("trust/channel.pem"),
                "--key", path("trust/channel.key"), "--trust", path("trust/trust.pem"), "--trust-domain", Self.trustDomain,
                "--notify", "127.0.0.1:\(gatewayPort)",
            ] + options.simulatorArguments, logFile: path("channel.log"))
        gateway = ManagedProcess(
            name: "gateway", program: "\(programs)/sampan", arguments: ["serve", "--config", path("gateway.yaml")],
            logFile: path("gateway.log"))
        ferry = ManagedProcess(
            name: "ferry", program: "\(programs)/sampan", arguments: ["ferry", "--config", path("ferry.yaml")], logFile: path("ferry.log"))
        try issue(.gateway, Self.operatorCode, "gateway", as: "gateway", now)
        try issue(.ferry, Self.operatorCode, "ferry", as: "ferry", now)
        try issue(.app, "CHANNEL", "simulator", as: "channel", now)
        try issue(.app, "PAYER", "phone", as: "payer", now)
        for code in Self.institutions { try issue(.hospital, code, "his", as: "hospital-\(code)", now) }
        try write("gateway.yaml", gatewayFile(options))
        try write("ferry.yaml", ferryFile(options, faults: faults != nil))
        if let faults { try write("faults.csv", faults) }
    }

    package func start() async throws {
        try await simulator.start()
        try await gateway.start()
        try await ferry.start()
    }

    package func stop() async {
        await ferry.stop()
        await gateway.stop()
        await simulator.stop()
    }

    /// A channel to the gateway that shows the certificate of an institution.
    func gatewayChannel(_ group: EventLoopGroup, institution: String) throws -> ClientChannel {
        ClientChannel(
            group: group, host: "127.0.0.1", port: gatewayPort, tls: try credentials("hospital-\(institution)").clientContext())
    }

    /// The payer's phone.
    func payerChannel(_ group: EventLoopGroup) throws -> ClientChannel {
        ClientChannel(group: group, host: "127.0.0.1", port: simulatorPort, tls: try credentials("payer").clientContext())
    }

    var requestDatabase: String { "\(directory)/data/requests.db" }
    var paymentDatabase: String { "\(directory)/data/payments.db" }
    var hisDatabase: String { "\(directory)/his.db" }

    private func credentials(_ name: String) throws -> NodeCredentials {
        try NodeCredentials(
            certificateFile: "\(directory)/trust/\(name).pem", keyFile: "\(directory)/trust/\(name).key",
            trustFile: "\(directory)/trust/trust.pem", trustDomain: Self.trustDomain)
    }

    private func issue(_ role: PeerIdentity.Role, _ institution: String, _ node: String, as name: String, _ now: Int64) throws {
        let identity = try PeerIdentity(trustDomain: Self.trustDomain, role: role, institution: institution, node: node)
        _ = try authority.issue(
            NodeCertificateRequest(identity: identity, dnsNames: ["localhost"], addresses: ["127.0.0.1"], days: 7),
            prefix: "\(directory)/trust/\(name)", now: now)
    }

    private func write(_ name: String, _ text: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: "\(directory)/\(name)"))
    }

    private func gatewayFile(_ options: RegionOptions) -> String {
        """
        listen: 127.0.0.1:\(gatewayPort)
        trust-domain: \(Self.trustDomain)
        certificate: trust/gateway.pem
        key: trust/gateway.key
        trust: trust/trust.pem
        data: data
        institutions: { scheme: local, codes: [\(Self.institutions.map { "\"\($0)\"" }.joined(separator: ", "))] }
        channel: { address: "127.0.0.1:\(simulatorPort)", poll-interval: \(options.channelPollMilliseconds)ms }
        payment: { order-lifetime: 15m, request-lifetime: \(options.requestLifetimeSeconds)s }

        """
    }

    private func ferryFile(_ options: RegionOptions, faults: Bool) -> String {
        """
        gateway: 127.0.0.1:\(gatewayPort)
        trust-domain: \(Self.trustDomain)
        certificate: trust/ferry.pem
        key: trust/ferry.key
        trust: trust/trust.pem
        workers: \(workers)
        poll-interval: 1s
        wake: \(options.wakes)
        institutions: { scheme: local }
        his: { database: his.db, seed: payment-day, timeout: \(options.hisTimeoutMilliseconds)ms\(faults ? ", fault-plan: faults.csv" : "") }

        """
    }
}

/// How a region differs from the plain one.
package struct RegionOptions: Sendable {
    /// Off: workers poll once a second, the published practice.
    package var wakes = true
    package var channelPollMilliseconds = 2_000
    package var requestLifetimeSeconds = 60
    package var hisTimeoutMilliseconds = 200
    package var simulatorArguments: [String] = []

    package init() {}
}
