internal import Foundation
internal import SampanTestSupport
internal import SampanTransport

/// An echo server, what passes calls on to it, and the load: each a process, what is measured alone on one core, the others on the second.
struct ForwardLine: Sendable {
    /// Something that stands between.
    struct Proxy: Sendable {
        let name: String
        let port: UInt16
        let process: ManagedProcess
        /// Whom calls are for, where it goes by that.
        let target: String?
    }

    static let own = "sampan"

    private let directory: String
    private let program: String
    private let server: (port: ReservedPort, process: ManagedProcess)

    init() throws {
        guard let program = ProcessInfo.processInfo.environment[EchoBench.programVariable] else {
            throw HarnessError("\(EchoBench.programVariable) names no sampan-bench: run this by Scripts/prove")
        }
        self.program = program
        directory = FileManager.default.temporaryDirectory.appendingPathComponent("sampan-forward-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(
            atPath: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        try BenchCertificates.write(to: directory, chain: .issued)
        let port = try ReservedPort()
        server = (
            port,
            Self.process(
                "echo server", core: 1, [program, "echo", "--mesh", "--port", "\(port.port)"] + Self.security(directory, "server"),
                directory)
        )
    }

    /// Runs `body` with everything up, and ends it whatever happens.
    func run<T>(peers: Bool, _ body: ([Proxy]) async throws -> T) async throws -> T {
        defer { try? FileManager.default.removeItem(atPath: directory) }
        var processes = [server.process]
        do {
            try await server.process.start()
            // Their ports stay theirs while this lives.
            var ports: [ReservedPort] = []
            var proxies: [Proxy] = []
            for make in [ownProxy] + (peers ? [nghttpx, haproxy] : []) {
                let port = try ReservedPort()
                ports.append(port)
                guard let proxy = try make(port.port) else { continue }
                processes.append(proxy.process)
                try await proxy.process.start()
                proxies.append(proxy)
            }
            let value = try await body(proxies)
            withExtendedLifetime(ports) {}
            for process in processes.reversed() { await process.kill() }
            return value
        } catch {
            for process in processes.reversed() { await process.kill() }
            throw error
        }
    }

    /// Loads the server directly, or through a proxy, whose CPU it measures then.
    func load(_ arguments: [String], through proxy: Proxy?) async throws -> LoadFigures {
        var command = ["-c", "1", program, "load", "--port", "\(proxy?.port ?? server.port.port)"] + Self.security(directory, "client")
        if let target = proxy?.target { command += ["--to", target] }
        if let process = proxy?.process.processID { command += ["--server-pid", "\(process)"] }
        let output = try await FinishedProgram.output(of: "/usr/bin/taskset", command + arguments + ["--json"])
        return try LoadFigures(json: output)
    }

    // MARK: What stands between

    private func ownProxy(_ port: UInt16) throws -> Proxy? {
        let name = "0000000001/server"
        let command = [program, "relay", "--port", "\(port)", "--to", "\(name)=127.0.0.1:\(server.port.port)"]
        return Proxy(
            name: Self.own, port: port,
            process: Self.process(Self.own, core: 0, command + Self.security(directory, "relay"), directory), target: "0000000001")
    }

    /// One worker, as one core has it; both sides over mutual TLS.
    private func nghttpx(_ port: UInt16) throws -> Proxy? {
        guard FileManager.default.isExecutableFile(atPath: "/usr/sbin/nghttpx") else { return nil }
        let command = [
            "/usr/sbin/nghttpx", "--conf=/dev/null", "--single-process", "--workers=1", "--no-ocsp", "--errorlog-file=/dev/null",
            "--frontend=127.0.0.1,\(port)", "--backend=127.0.0.1,\(server.port.port);;proto=h2;tls;sni=localhost",
            "--cacert=\(directory)/ca.pem", "--client-cert-file=\(directory)/relay.pem",
            "--client-private-key-file=\(directory)/relay.key", "--verify-client", "--verify-client-cacert=\(directory)/ca.pem",
            "--frontend-http2-max-concurrent-streams=1000", "--backend-http2-max-concurrent-streams=1000",
            "\(directory)/relay.key", "\(directory)/relay.pem",
        ]
        return Proxy(name: "nghttpx", port: port, process: Self.foreign("nghttpx", command, directory), target: nil)
    }

    private func haproxy(_ port: UInt16) throws -> Proxy? {
        guard FileManager.default.isExecutableFile(atPath: "/usr/sbin/haproxy") else { return nil }
        let pair =
            try Data(contentsOf: URL(fileURLWithPath: "\(directory)/relay.pem"))
            + Data(
                contentsOf: URL(fileURLWithPath: "\(directory)/relay.key"))
        let tls = "crt \(directory)/pair.pem ca-file \(directory)/ca.pem verify required"
        let text = """
            global
                nbthread 1
                tune.h2.max-concurrent-streams 1000
            defaults
                mode http
                timeout connect 5s
                timeout client 60s
                timeout server 60s
            frontend mesh
                bind 127.0.0.1:\(port) ssl \(tls) alpn h2
                default_backend echo
            backend echo
                server one 127.0.0.1:\(server.port.port) ssl \(tls) alpn h2 sni str(localhost) verifyhost localhost

            """
        for (name, data) in [("pair.pem", pair), ("haproxy.cfg", Data(text.utf8))] {
            guard
                FileManager.default.createFile(
                    atPath: "\(directory)/\(name)", contents: data, attributes: [.posixPermissions: 0o600])
            else { throw HarnessError("\(directory)/\(name) could not be written") }
        }
        return Proxy(
            name: "haproxy", port: port,
            process: Self.foreign("haproxy", ["/usr/sbin/haproxy", "-db", "-f", "\(directory)/haproxy.cfg"], directory), target: nil)
    }

    // MARK: Processes

    private static func process(_ name: String, core: Int, _ command: [String], _ directory: String) -> ManagedProcess {
        ManagedProcess(
            name: name, program: "/usr/bin/taskset", arguments: ["-c", "\(core)"] + command, logFile: "\(directory)/\(name).log")
    }

    /// Says itself that it is ready, a moment after its start: these programs do not.
    private static func foreign(_ name: String, _ command: [String], _ directory: String) -> ManagedProcess {
        let line = "(sleep 1; echo ready) & exec taskset -c 0 " + command.map { "'\($0)'" }.joined(separator: " ") + " >/dev/null"
        return ManagedProcess(name: name, program: "/bin/sh", arguments: ["-c", line], logFile: "\(directory)/\(name).log")
    }

    private static func security(_ directory: String, _ side: String) -> [String] {
        [
            "--mode", "mtls", "--ca", "\(directory)/ca.pem", "--cert", "\(directory)/\(side).pem", "--key", "\(directory)/\(side).key",
        ]
    }
}
