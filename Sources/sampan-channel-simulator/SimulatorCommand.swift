import ArgumentParser
import Dispatch
import Foundation
import Logging
import SampanChannelSimulator
import SampanDomain
import SampanHTTPClient
import SampanMesh
import SampanTransport

/// The program: arguments and signals only.
@main
struct SimulatorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sampan-channel-simulator",
        abstract: "A payment channel (WeChat Pay and Alipay alike) for development and tests.",
        discussion: """
            Serves sampan.channel.v1.ChannelService to gateways and PayerService to apps and hospitals, over mutual TLS only, and calls
            ChannelNotificationService.NotifyOrder at --notify until it answers OK. What it has answered survives kill -9. Prints
            "ready HOST:PORT" on standard output when it listens; SIGTERM or SIGINT ends it gracefully with exit code 0.

            Examples:
              sampan-channel-simulator --listen 127.0.0.1:0 --data out/channel --certificate out/channel.pem --key out/channel.key \\
                --trust out/certs/trust.pem --trust-domain sampan.test --notify 127.0.0.1:8443
              sampan-channel-simulator ... --faults faults.csv
              sampan-channel-simulator ... --fail-rate 0.01 --seed 7 --notify-delay-scale 0.001

            faults.csv (out_trade_no * is every order; times: empty is 1, or a count, or always):
              out_trade_no,operation,fault,times,milliseconds
              T1,create_refund,FAIL,3,
              T2,create_order,LATE,1,500
              T3,pay_order,LOST_ANSWER,,
              T4,notify_order,TWICE,,
              T5,notify_order,LOST,always,
              T6,create_refund,PROCESSING,,1500
              T7,query_order,FORGED,,
              T8,notify_order,SKEWED,,-400000
            Operations: create_order, query_order, close_order, create_refund, query_refund, pay_order, notify_order.

            With --web-listen it also speaks the channels' own protocols over plain HTTP/1.1: WeChat Pay APIv3 under /v3/ and Alipay's
            /gateway.do. It prints "web HOST:PORT" before "ready", writes what a merchant needs (keys, platform keys) into --merchant, and
            posts notifications to --web-notify under /notify/wechat and /notify/alipay, and to --notify no more.
              sampan-channel-simulator ... --web-listen 127.0.0.1:0 --merchant out/merchant --web-notify http://127.0.0.1:7680

            Exit codes: 0 ended by a signal, 64 wrong usage, 65 a bad fault plan, 66 a file or certificate that cannot be used,
            69 cannot listen, 73 the data directory cannot be used.
            """)

    @Option(help: ArgumentHelp("Numeric address to listen on; port 0 takes a free one.", valueName: "host:port"))
    var listen: String
    @Option(help: ArgumentHelp("Directory of its file channel.db; made when missing.", valueName: "dir"))
    var data: String
    @Option(help: ArgumentHelp("Certificate chain (PEM).", valueName: "file"))
    var certificate: String
    @Option(help: ArgumentHelp("Private key (PEM, readable by its owner only).", valueName: "file"))
    var key: String
    @Option(help: ArgumentHelp("Trusted roots (PEM).", valueName: "file"))
    var trust: String
    @Option(help: ArgumentHelp("Trust domain of this node and of every peer.", valueName: "domain"))
    var trustDomain: String
    @Option(help: ArgumentHelp("Where the merchant takes notifications.", valueName: "host:port"))
    var notify: String
    @Option(help: ArgumentHelp("Fault plan (CSV).", valueName: "file"))
    var faults: String?
    @Option(help: ArgumentHelp("Share of (order, operation) pairs that meet one fault, 0 to 1.", valueName: "rate"))
    var failRate = 0.0
    @Option(help: ArgumentHelp("Seed of --fail-rate; the same seed meets the same pairs.", valueName: "number"))
    var seed: UInt64 = 1
    @Option(help: ArgumentHelp("Factor on the notification ladder 15s/15s/30s/3m/..., 0.0001 to 1.", valueName: "factor"))
    var notifyDelayScale = 0.01
    @Option(help: ArgumentHelp("Seconds that calls under way get when it ends, 0 to 300.", valueName: "seconds"))
    var grace = 10
    @Option(help: ArgumentHelp("Numeric address for the channels' own protocols; port 0 takes a free one.", valueName: "host:port"))
    var webListen: String?
    @Option(help: ArgumentHelp("Where the merchant takes the channels' own notifications.", valueName: "url"))
    var webNotify: String?
    @Option(help: ArgumentHelp("Directory of the merchant's keys and the platforms' public ones; made when missing.", valueName: "dir"))
    var merchant: String?
    @Flag(help: "Log every notification that is not answered with OK.")
    var verbose = false

    func validate() throws {
        guard listenAddress != nil else { throw ValidationError("--listen must be a numeric address and port, for example 127.0.0.1:0.") }
        guard let merchant = HostAndPort(notify), merchant.port > 0 else {
            throw ValidationError("--notify must be a host and port, for example 127.0.0.1:8443.")
        }
        guard SeededFaults(rate: failRate, seed: seed) != nil else { throw ValidationError("--fail-rate must be 0 to 1.") }
        guard NotificationLadder(scale: notifyDelayScale) != nil else {
            throw ValidationError("--notify-delay-scale must be 0.0001 to 1.")
        }
        let web = [webListen, webNotify, self.merchant].count { $0 != nil }
        guard web == 0 || web == 3 else { throw ValidationError("--web-listen, --web-notify and --merchant go together.") }
        guard webListen.map({ Self.address($0) != nil }) ?? true else {
            throw ValidationError("--web-listen must be a numeric address and port, for example 127.0.0.1:0.")
        }
        guard webNotify.map({ HTTPOrigin($0) != nil }) ?? true else {
            throw ValidationError("--web-notify must be https://host:port, or http://127.0.0.1:port.")
        }
        guard (0...300).contains(grace) else { throw ValidationError("--grace must be 0 to 300.") }
    }

    func run() async throws {
        let signals = TerminationSignals()
        var logger = Logger(label: "channel-simulator") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = verbose ? .debug : .warning
        let simulator = try await started(logger)
        // Whoever started it may have gone; that is no reason to fail.
        let web = simulator.webAddress.map { "web \($0)\n" } ?? ""
        try? FileHandle.standardOutput.write(contentsOf: Data("\(web)ready \(simulator.address)\n".utf8))
        await signals.first()
        await simulator.shutdown(grace: .seconds(grace))
    }

    private var listenAddress: SocketAddress? { Self.address(listen) }

    private static func address(_ text: String) -> SocketAddress? {
        HostAndPort(text).flatMap { SocketAddress(host: $0.host, port: $0.port) }
    }

    private func web() throws -> ChannelSimulator.Configuration.Web? {
        guard let address = webListen.flatMap(Self.address), let origin = webNotify.flatMap(HTTPOrigin.init), let merchant else {
            return nil
        }
        let console = try Failure.because(73, "--merchant \(merchant): ") { try SimulatedConsole(merchant: merchant, own: data + "/keys") }
        return ChannelSimulator.Configuration.Web(listen: address, notify: origin, console: console)
    }

    private func started(_ logger: Logger) async throws -> ChannelSimulator {
        guard let address = listenAddress, let merchant = HostAndPort(notify), let ladder = NotificationLadder(scale: notifyDelayScale)
        else { throw ValidationError("an address is wrong") }
        let credentials = try Failure.because(66) {
            try NodeCredentials(certificateFile: certificate, keyFile: key, trustFile: trust, trustDomain: trustDomain)
        }
        let plan = try faultPlan()
        try Failure.because(73, "--data \(data): ") {
            try FileManager.default.createDirectory(
                atPath: data, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        }
        var configuration = ChannelSimulator.Configuration(listen: address, file: data + "/channel.db", notify: merchant)
        configuration.faults = plan
        configuration.ladder = ladder
        configuration.web = try web()
        do {
            return try await ChannelSimulator.start(configuration, credentials: credentials, logger: logger)
        } catch let error as SocketError {
            throw Failure.exit(69, "--listen \(listen): \(error)")
        } catch let error as TrustError {
            throw Failure.exit(66, "\(error)")
        } catch {
            throw Failure.exit(73, "--data \(data): \(error)")
        }
    }

    private func faultPlan() throws -> FaultPlan {
        let seeded = failRate > 0 ? SeededFaults(rate: failRate, seed: seed) : nil
        guard let faults else { return FaultPlan(seeded: seeded) }
        let bytes = try Failure.because(66, "--faults \(faults): ") { [UInt8](try Data(contentsOf: URL(fileURLWithPath: faults))) }
        return try Failure.because(65, "--faults \(faults): ") { try FaultPlan(CSVTable(bytes), seeded: seeded) }
    }
}
