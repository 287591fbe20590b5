internal import Foundation
internal import Glibc
internal import SampanMesh
internal import SampanProcess
internal import SampanRPC
package import SampanTransport
internal import Synchronization

/// A gateway and ferry workers of their own, each a process, over stores in a scratch folder: nothing of a live node is touched, and
/// nothing is left. The HIS is the one that comes with the program.
///
/// All of it ends with this process, however that ends: each child reads the end of a pipe.
package final class ScratchFerry: Sendable {
    private struct Parts {
        var gateway: ChildProcess?
        var workers: [ChildProcess] = []
    }

    /// CPU seconds so far.
    struct ProcessorUse {
        let gateway: Double
        let inside: Double
    }

    package static let institution = "4699010001"
    private static let trustDomain = "scratch.sampan.test"

    private let directory: String
    private let program: String
    private let port: UInt16
    private let parts: Mutex<Parts>

    /// Lays it out in a folder, which is made, and starts the gateway.
    /// - Parameter program: path of `sampan`.
    package static func start(directory: String, program: String) async throws -> ScratchFerry {
        try FileManager.default.createDirectory(
            atPath: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        try issue(directory)
        let keys = try ChildProcess(
            program: program,
            arguments: ["ferry", "keygen", "--private", "\(directory)/sealing.key", "--public", "\(directory)/sealing.pub"],
            output: .file("\(directory)/keygen.log"))
        guard await keys.waitForEnd() == 0 else { throw TuningError("the scratch ferry has no key to seal with") }
        try write("\(directory)/gateway.yaml", gatewayFile)
        let (gateway, output) = try ChildProcess.withOutputPipe(
            program: program, arguments: ["serve", "--config", "\(directory)/gateway.yaml", "--supervised"], input: .lifeline,
            errors: .file("\(directory)/gateway.log"))
        guard let ready = await ChildProcess.line(of: output, startingWith: "ready "),
            let port = ready.split(separator: ":").last.flatMap({ UInt16($0) })
        else {
            gateway.signal(SIGKILL)
            _ = await gateway.waitForEnd()
            throw TuningError("the scratch gateway did not start: \(lastLine("\(directory)/gateway.log"))")
        }
        return ScratchFerry(directory, program, port, gateway)
    }

    private init(_ directory: String, _ program: String, _ port: UInt16, _ gateway: ChildProcess) {
        (self.directory, self.program, self.port) = (directory, program, port)
        parts = Mutex(Parts(gateway: gateway))
    }

    /// Starts workers; those before have been stopped.
    /// - Parameter wakes: off, they poll once a second.
    package func startWorkers(_ count: Int, batch: Int, wakes: Bool = true) throws {
        let file = "\(directory)/ferry.yaml"
        try Self.write(
            file, Self.ferryFile(port) + "workers: \(count)\nbatch: \(batch)\nwake: \(wakes)\n")
        let workers = try (0..<count).map { worker in
            try ChildProcess(
                program: program, arguments: ["ferry", "--config", file, "--worker", "\(worker)", "--supervised"], input: .lifeline,
                errors: .file("\(directory)/ferry.log"))
        }
        parts.withLock { $0.workers = workers }
    }

    /// They finish what they have claimed first.
    package func stopWorkers() async {
        let workers = parts.withLock { parts in
            defer { parts.workers = [] }
            return parts.workers
        }
        for worker in workers { worker.signal(SIGTERM) }
        for worker in workers { _ = await worker.waitForEnd() }
    }

    /// Ends all of it.
    package func stop() async {
        await stopWorkers()
        let gateway = parts.withLock { parts in
            defer { parts.gateway = nil }
            return parts.gateway
        }
        gateway?.signal(SIGTERM)
        _ = await gateway?.waitForEnd()
    }

    /// A channel to the gateway, as the institution.
    package func channel(_ group: EventLoopGroup) throws -> ClientChannel {
        let credentials = try NodeCredentials(
            certificateFile: "\(directory)/hospital.pem", keyFile: "\(directory)/hospital.key", trustFile: "\(directory)/trust/trust.pem",
            trustDomain: Self.trustDomain)
        return ClientChannel(group: group, host: "127.0.0.1", port: port, tls: try credentials.clientContext())
    }

    /// Why it may not answer: the last line that a part of it has logged.
    package var lastWords: String { Self.lastLine("\(directory)/ferry.log") }

    var processorUse: ProcessorUse {
        let (gateway, workers) = parts.withLock { ($0.gateway?.number, $0.workers.map(\.number)) }
        let seconds = { (process: Int32) in ProcessStat(of: process)?.cpuSeconds ?? 0 }
        return ProcessorUse(gateway: gateway.map(seconds) ?? 0, inside: workers.map(seconds).reduce(0, +))
    }

    private static func issue(_ directory: String) throws {
        let now = Int64(Date.now.timeIntervalSince1970)
        let authority = try DevelopmentAuthority.create(
            directory: "\(directory)/trust", trustDomain: trustDomain, organization: nil, days: 2, now: now)
        for (name, role, code) in [
            ("gateway", PeerIdentity.Role.gateway, "4699010000"), ("ferry", .ferry, "4699010000"), ("hospital", .hospital, institution),
        ] {
            let identity = try PeerIdentity(trustDomain: trustDomain, role: role, institution: code, node: name)
            _ = try authority.issue(
                NodeCertificateRequest(identity: identity, addresses: ["127.0.0.1"], days: 1), prefix: "\(directory)/\(name)", now: now)
        }
    }

    private static func trustLines(_ name: String) -> String {
        """
        trust-domain: \(trustDomain)
        certificate: \(name).pem
        key: \(name).key
        trust: trust/trust.pem

        """
    }

    /// Nobody pays here, so the channel is never called.
    private static var gatewayFile: String {
        trustLines("gateway") + """
            listen: 127.0.0.1:0
            data: data
            institutions: { scheme: local, codes: ["\(institution)"] }
            channel: { address: "127.0.0.1:9", poll-interval: 600s }
            sealing: { key: sealing.pub }

            """
    }

    private static func ferryFile(_ port: UInt16) -> String {
        trustLines("ferry") + """
            gateway: 127.0.0.1:\(port)
            institutions: { scheme: local }
            his: { database: his.db, seed: payment-day }
            sealing: { keys: [sealing.key] }

            """
    }

    private static func write(_ path: String, _ text: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
    }

    private static func lastLine(_ path: String) -> String {
        let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
        return text.split(separator: "\n").last.map(String.init) ?? "it said nothing"
    }
}
