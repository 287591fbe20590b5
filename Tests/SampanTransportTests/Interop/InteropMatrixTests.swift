import SampanSiege
import SampanTransport
import StoreTestSupport
import Testing

/// gRPC's published cases: `sampan-interop` against itself, grpcio and gRPC C++, in both directions; and by way of a server of ours that
/// passes every call on.
@Suite("Interoperability matrix", .timeLimit(.minutes(20)))
struct InteropMatrixTests {
    private static let cases = [
        "empty_unary", "large_unary", "client_compressed_unary", "server_compressed_unary", "client_compressed_streaming",
        "server_compressed_streaming", "client_streaming", "server_streaming", "ping_pong", "empty_stream", "custom_metadata",
        "status_code_and_message", "special_status_message", "unimplemented_method", "unimplemented_service", "cancel_after_begin",
        "cancel_after_first_response", "timeout_on_sleeping_server", "rpc_soak", "channel_soak",
    ]
    /// What only the foreign client asks of our server.
    private static let ofTheServer = ["health", "reflection_v1", "reflection_v1alpha"]

    enum Stack: Sendable { case ours, grpcio, grpcCpp }

    struct Row: Sendable, CustomTestStringConvertible {
        let client: Stack
        let server: Stack
        let overTLS: Bool
        var isRelayed = false

        var testDescription: String {
            "\(client) calls \(server), \(overTLS ? "TLS" : "plaintext")\(isRelayed ? ", passed on" : "")"
        }
    }

    @Test(
        "every case",
        arguments: [(Stack.ours, Stack.ours), (.ours, .grpcio), (.grpcio, .ours), (.ours, .grpcCpp), (.grpcCpp, .ours)].flatMap { row in
            [false, true].map { Row(client: row.0, server: row.1, overTLS: $0) }
        }
            + [(Stack.ours, Stack.ours), (.ours, .grpcCpp), (.grpcio, .ours), (.grpcCpp, .grpcCpp), (.grpcCpp, .ours)].map {
                Row(client: $0.0, server: $0.1, overTLS: false, isRelayed: true)
            })
    func cases(row: Row) async throws {
        let trust = row.overTLS ? try LoopbackTrust() : nil
        let server = try Program(row.server, isServer: true, trust: trust)
        let first = try #require(try await server.line())
        var port = try #require(UInt16(first.replacing("ready 127.0.0.1:", with: "")), "the server says \(first)")
        let relay = row.isRelayed ? try await Relay(to: port) : nil
        if let relay { port = relay.port }
        let client = try Program(row.client, isServer: false, port: port, trust: trust, skipsProbe: row.server == .grpcio)
        var lines: [String] = []
        while let line = try await client.line(), line != "done" { lines.append(line) }
        #expect(lines == (Self.cases + (row.client == .grpcio ? Self.ofTheServer : [])).map { "ok \($0)" })
        if row.client == .ours { #expect(client.exitCode() == 0) }
        await relay?.stop()
    }

    /// A server that passes every call on to a port of loopback.
    private struct Relay {
        let port: UInt16
        private let group: EventLoopGroup
        private let server: GRPCServer
        private let router: OnwardRouter

        init(to port: UInt16) async throws {
            group = try EventLoopGroup(count: 2)
            router = OnwardRouter(group, try #require(SocketAddress(host: "127.0.0.1", port: port)))
            server = try GRPCServer(group: group, services: [], tls: nil, router: router)
            self.port = try await server.listen(on: try #require(SocketAddress(host: "127.0.0.1", port: 0))).port
        }

        func stop() async {
            await server.shutdown(grace: .zero)
            await router.channel.shutdown(grace: .zero)
            await group.shutdown()
        }
    }

    @Test("a case that fails says so and ends the program with an error")
    func failure() async throws {
        // Nobody judges compression there, so the probe is not refused.
        let server = try Program(.grpcio, isServer: true)
        let port = try #require(try await server.line().flatMap { UInt16($0) })
        let client = try Program(["call", "--port", "\(port)", "--plaintext", "--case", "client_compressed_unary", "--case", "empty_unary"])
        for expected in ["failed client_compressed_unary: OK, not INVALID_ARGUMENT", "ok empty_unary", nil] {
            #expect(try await client.line() == expected)
        }
        #expect(client.exitCode() == 1)
    }

    @Test(
        "a server that cannot listen, or has no certificate, ends with an error",
        arguments: [
            ["--port", "0"], ["--port", "0", "--host", "nowhere", "--plaintext"],
            ["--port", "0", "--ca", "/x", "--cert", "/x", "--key", "/x"],
            ["--port", "0", "--plaintext", "--ca", "/x"],
        ])
    func badArguments(arguments: [String]) async throws {
        let server = try Program(["serve"] + arguments)
        #expect(try await server.line() == nil)
        #expect(server.exitCode() != 0)
    }

    /// One side of a row in a process of its own; killed with its last reference.
    // Sendable: one test reads it, one line at a time.
    private final class Program: @unchecked Sendable {
        private let process: TalkingProcess?
        private let foreign: ForeignPeer?
        /// Keeps the certificates for as long as the program runs.
        private let folder: TemporaryDirectory?

        /// Our program, with any arguments.
        init(_ arguments: [String]) throws {
            process = try TalkingProcess.built("sampan-interop", arguments)
            foreign = nil
            folder = nil
        }

        init(_ stack: Stack, isServer: Bool, port: UInt16 = 0, trust: LoopbackTrust? = nil, skipsProbe: Bool = false) throws {
            let identity = isServer ? "platform/12330100470116100X/server" : "app/12330100470116100X/client"
            switch stack {
            case .grpcio:
                process = nil
                folder = nil
                foreign = try ForeignPeer(
                    isServer ? "interop_server.py" : "interop_client.py", isServer ? [] : ["\(port)"], trust: trust, identity: identity)
            case .grpcCpp:
                foreign = nil
                folder = try trust.map { try ForeignPeer.certificates($0, identity) }
                process = try TalkingProcess(
                    try ForeignPeer.cppProgram, (isServer ? ["serve"] : ["call", "\(port)"]) + (folder.map { [$0.path] } ?? []))
            case .ours:
                let files = try trust.map { try ForeignPeer.certificates($0, identity) }
                let security = files.map { ["--ca", $0.file("root.pem"), "--cert", $0.file("chain.pem"), "--key", $0.file("key.pem")] }
                let rest = isServer ? [] : ["--case", "all"] + (skipsProbe ? ["--skip-compression-probe"] : [])
                folder = files
                foreign = nil
                process = try TalkingProcess.built(
                    "sampan-interop", [isServer ? "serve" : "call", "--port", "\(port)"] + rest + (security ?? ["--plaintext"]))
            }
        }

        func line() async throws -> String? {
            if let foreign { return try await foreign.line() }
            return try await RawSocket.onThread { self.process?.line() }
        }

        func exitCode() -> Int32 { process?.wait() ?? 0 }
    }
}
