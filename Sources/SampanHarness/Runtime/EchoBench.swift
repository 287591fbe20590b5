internal import Foundation
internal import SampanTestSupport
internal import SampanTransport

/// The benchmark's echo server as a process of its own, with certificates made for it, and the programs that load it.
struct EchoBench: Sendable {
    enum Mode: String { case h2c, tls, mtls }

    let mode: Mode
    let server: ManagedProcess
    private let directory: String
    private let program: String
    /// Kept while the server lives: see `ReservedPort`.
    private let reserved: ReservedPort
    private let isForeign: Bool

    /// What names the program: `Scripts/prove` and `Scripts/test` build it (optimised, in one file) and set it.
    static let programVariable = "SAMPAN_BENCH"

    /// Lays certificates and bodies out in a new folder; nothing is started yet.
    /// - Parameters:
    ///   - chain: how many authorities stand between a leaf and the root.
    ///   - serving: more arguments of the server.
    ///   - under: a program, with arguments, that runs the server.
    init(mode: Mode, chain: BenchCertificates.Chain = .direct, serving: [String] = [], under: [String] = []) throws {
        guard let program = ProcessInfo.processInfo.environment[Self.programVariable] else {
            throw HarnessError("\(Self.programVariable) names no sampan-bench: run this by Scripts/prove")
        }
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent("sampan-bench-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(
            atPath: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        try BenchCertificates.write(to: directory, chain: chain)
        let reserved = try ReservedPort()
        (self.mode, self.directory, self.program, self.reserved, isForeign) = (mode, directory, program, reserved, false)
        let arguments = ["echo", "--port", "\(reserved.port)"] + Self.security(mode, directory, as: "server") + serving
        let command = under + [program] + arguments
        server = ManagedProcess(
            name: "echo server", program: command[0], arguments: Array(command.dropFirst()), logFile: "\(directory)/server.log")
    }

    /// Another server instead of ours, on the same port and with the same certificates: a shell's command line, in which PORT, MODE and
    /// CERTS stand for what they say.
    init(mode: Mode, foreign command: String) throws {
        let own = try EchoBench(mode: mode)
        let line = "(sleep 1; echo ready) & PORT=\(own.port) MODE=\(mode.rawValue); export CERTS='\(own.directory)'; \(command)"
        (self.mode, directory, program, reserved, isForeign) = (own.mode, own.directory, own.program, own.reserved, true)
        server = ManagedProcess(
            name: "foreign server", program: "/bin/sh", arguments: ["-c", line], logFile: "\(own.directory)/foreign.log")
    }

    var port: UInt16 { reserved.port }

    func path(_ name: String) -> String { "\(directory)/\(name)" }

    /// Runs `body` with the server up; ends it and removes the folder, whatever happens.
    func run<T>(_ body: () async throws -> T) async throws -> T {
        defer { try? FileManager.default.removeItem(atPath: directory) }
        try await server.start()
        do {
            let value = try await body()
            await end()
            return value
        } catch {
            await end()
            throw error
        }
    }

    /// Ours ends by SIGTERM, as callgrind needs it in order to write what it counted.
    private func end() async {
        if isForeign { await server.kill() } else { await server.stop() }
    }

    /// The server's process, or what is wrong.
    func processID() throws -> Int32 {
        guard let process = server.processID else { throw HarnessError("the echo server has died") }
        return process
    }

    /// Runs a command of sampan-bench against the server to its end; returns what it printed. Throws when it fails.
    func client(_ command: String, _ arguments: [String]) async throws -> String {
        try await FinishedProgram.output(of: program, [command] + clientArguments + arguments)
    }

    /// Runs `load`, and reads what it measured.
    func load(_ arguments: [String]) async throws -> LoadFigures {
        try LoadFigures(json: try await client("load", arguments + ["--json"]))
    }

    /// Opens connections, which stay until `stop` of what is returned. They are all open, and have made a call each, when this returns.
    func hold(_ connections: Int, parallel: Int) async throws -> ManagedProcess {
        let holder = ManagedProcess(
            name: "hold", program: program,
            arguments: ["hold"] + clientArguments + ["--connections", "\(connections)", "--parallel", "\(parallel)"],
            logFile: path("hold.log"))
        try await holder.start()
        return holder
    }

    private var clientArguments: [String] { ["--port", "\(port)"] + Self.security(mode, directory, as: "client") }

    private static func security(_ mode: Mode, _ directory: String, as side: String) -> [String] {
        guard mode != .h2c else { return [] }
        return [
            "--mode", mode.rawValue, "--ca", "\(directory)/ca.pem", "--cert", "\(directory)/\(side).pem", "--key",
            "\(directory)/\(side).key",
        ]
    }
}
