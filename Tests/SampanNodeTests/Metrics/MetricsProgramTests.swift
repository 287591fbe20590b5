import Foundation
import SampanMesh
import SampanRPC
import SampanSiege
import SampanTransport
import StoreTestSupport
import Testing

@Suite("sampan serve with metrics", .timeLimit(.minutes(20)))
struct MetricsProgramTests {
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
        let now = Int64(Date.now.timeIntervalSince1970)
        let authority = try DevelopmentAuthority.create(
            directory: directory.file("ca"), trustDomain: "region.example", organization: nil, days: 1, now: now)
        for (role, node) in [(PeerIdentity.Role.gateway, "gateway"), (.hospital, "his")] {
            let identity = try PeerIdentity(trustDomain: "region.example", role: role, institution: "4699010001", node: node)
            _ = try authority.issue(
                NodeCertificateRequest(identity: identity, dnsNames: ["localhost"], addresses: ["127.0.0.1"], days: 1),
                prefix: directory.file(node), now: now)
        }
    }

    private func serve(metrics: UInt16, _ arguments: [String]) throws -> RunningProgram {
        let text = """
            listen: 127.0.0.1:0
            trust-domain: region.example
            certificate: gateway.pem
            key: gateway.key
            trust: ca/trust.pem
            data: data
            institutions: { scheme: local, codes: ["4699010001"] }
            channel: { address: "127.0.0.1:1" }
            metrics: { listen: "127.0.0.1:\(metrics)" }
            """
        try text.write(toFile: directory.file("gateway.yaml"), atomically: false, encoding: .utf8)
        return try RunningProgram(["serve", "--config", directory.file("gateway.yaml")] + arguments, in: directory)
    }

    /// Status line and fields, and what follows them.
    private static func read(_ port: UInt16, _ path: String = "/metrics", accept: String = "text/plain") async throws -> (String, String) {
        let address = try #require(SocketAddress(host: "127.0.0.1", port: port))
        let bytes = try await RawSocket.onThread { () -> [UInt8]? in
            guard let socket = RawSocket(to: address) else { return nil }
            socket.write(Array("GET \(path) HTTP/1.1\r\nHost: localhost\r\nAccept: \(accept)\r\n\r\n".utf8))
            return socket.readToEnd()
        }
        let text = String(decoding: try #require(bytes), as: UTF8.self)
        let end = try #require(text.firstRange(of: "\r\n\r\n"))
        return (String(text[..<end.lowerBound]), String(text[end.upperBound...]))
    }

    @Test("a call that was made is in the text, with its institution; the node says how it is itself")
    func scrape() async throws {
        let port = try ReservedPort()
        let program = try serve(metrics: port.port, ["--log-format", "json"])
        let address = try #require(HostAndPort(try await program.ready()))
        let group = try EventLoopGroup(count: 1)
        let credentials = try NodeCredentials(
            certificateFile: directory.file("his.pem"), keyFile: directory.file("his.key"), trustFile: directory.file("ca/trust.pem"),
            trustDomain: "region.example")
        let channel = try ClientChannel(group: group, host: address.host, port: address.port, credentials: credentials)
        let method = MethodDescriptor(service: "grpc.health.v1.Health", name: "Check", kind: .unary)
        _ = try await channel.unary(method, FramedMessage(payload: []), .defaults)
        let refused = MethodDescriptor(service: "sampan.gateway.v1.FerryService", name: "Pull", kind: .unary)
        await #expect(throws: RPCError.self) { _ = try await channel.unary(refused, FramedMessage(payload: []), .defaults) }
        let (head, text) = try await Self.read(port.port)
        #expect(head.hasPrefix("HTTP/1.1 200 ") && head.contains("\r\nContent-Type: text/plain; version=0.0.4; charset=utf-8\r\n"))
        let labels = "direction=\"served\",method=\"grpc.health.v1.Health/Check\",peer=\"4699010001\",route=\"\""
        #expect(text.contains("\nsampan_calls_started_total{\(labels)} 1\n"))
        #expect(text.contains("\nsampan_call_duration_seconds_count{\(labels),code=\"OK\"} 1\n"))
        for reason in ["rate", "concurrency", "retry-budget", "overload"] {
            #expect(text.contains("\nsampan_calls_refused_total{reason=\"\(reason)\"} 0\n"))
        }
        #expect(text.contains("\nsampan_spans_dropped_total 0\n"))
        #expect(
            text.contains("\nsampan_handshakes_total{result=\"SUCCESS\"} 1\n") && text.contains("\nsampan_connections{side=\"in\"} 1\n"))
        for name in [
            "process_open_fds", "process_resident_memory_bytes", "sampan_certificate_left_seconds", "sampan_loop_turn_seconds_count",
        ] {
            #expect(text.contains("\n\(name)"), "\(name)")
        }
        // A name of a person, or of a node of one, is nowhere.
        #expect(!text.contains("spiffe:") && !text.contains("his\""))
        let (open, more) = try await Self.read(port.port, accept: "application/openmetrics-text; version=1.0.0")
        #expect(open.contains("\r\nContent-Type: application/openmetrics-text;") && more.hasSuffix("\n# EOF\n"))
        let (missing, _) = try await Self.read(port.port, "/")
        #expect(missing.hasPrefix("HTTP/1.1 404 "))
        await channel.shutdown(grace: .zero)
        await group.shutdown()
        program.signal(SIGTERM)
        #expect(await program.status == 0)
        for line in program.standardError.split(separator: "\n") {
            let record = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
            #expect(record?["level"] is String && record?["message"] is String, "\(line)")
        }
        #expect(program.standardError.contains("\"message\":\"metrics are read here\""))
    }

    @Test("an address that is taken already is an error that names its key")
    func taken() async throws {
        let port = try ReservedPort()
        let first = try serve(metrics: port.port, [])
        _ = try await first.ready()
        let other = try TemporaryDirectory()
        let text = try String(contentsOfFile: directory.file("gateway.yaml"), encoding: .utf8)
            .replacing("data: data", with: "data: \(other.file("data"))")
        try text.write(toFile: directory.file("second.yaml"), atomically: false, encoding: .utf8)
        let second = try RunningProgram(["serve", "--config", directory.file("second.yaml")], in: directory)
        #expect(await second.status != 0)
        #expect(second.standardError.contains("metrics.listen"), "\(second.standardError)")
        first.signal(SIGTERM)
        #expect(await first.status == 0)
    }

    @Test("a format that is none is a usage error, wherever it is said")
    func format() async throws {
        let program = try serve(metrics: 1, ["--log-format", "xml"])
        #expect(await program.status == 64)
        #expect(program.standardError.contains("log-format"))
    }
}
