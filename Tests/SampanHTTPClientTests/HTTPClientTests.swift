import Foundation
import SampanHTTPClient
import SampanTestSupport
import StoreTestSupport
import Testing

@Suite("Calls over HTTP/1.1 and TLS", .blocking)
struct HTTPClientTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .path
    private static let python = ProcessInfo.processInfo.environment["SAMPAN_PYTHON"] ?? "\(root)/.venv/bin/python"

    /// A server of another make, with a certificate of `host`.
    private struct Server {
        let folder: URL
        let process: TalkingProcess
        let port: String
        var trust: String { folder.appendingPathComponent("server.pem").path }

        init(host: String = "IP:127.0.0.1", days: String = "1") async throws {
            folder = FileManager.default.temporaryDirectory.appendingPathComponent("http-client-\(UUID().uuidString)")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            let (key, certificate) = (folder.appendingPathComponent("server.key").path, folder.appendingPathComponent("server.pem").path)
            let made = try await FinishedProgram.run(
                "/usr/bin/openssl",
                [
                    "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", certificate, "-subj", "/CN=channel", "-days",
                    days, "-addext", "subjectAltName=\(host)",
                ], timeout: .seconds(120))
            try #require(made.status == 0, "\(made.errors)")
            process = try TalkingProcess(
                HTTPClientTests.python, ["\(HTTPClientTests.root)/Tests/SampanHTTPClientTests/Python/odd_server.py", certificate, key])
            port = try #require(process.line())
        }

        func configuration(trusting: Bool = true) throws -> HTTPClientConfiguration {
            var configuration = HTTPClientConfiguration(origin: try #require(HTTPOrigin("https://127.0.0.1:\(port)")))
            if trusting { configuration.trustFile = trust }
            configuration.connectTimeout = .seconds(60)
            configuration.timeout = .seconds(120)
            return configuration
        }

        func end() {
            process.kill()
            try? FileManager.default.removeItem(at: folder)
        }
    }

    private func get(_ target: String) -> HTTPClientRequest { HTTPClientRequest(target: target, headers: [], body: nil) }

    private func failure(_ client: HTTPClient, _ request: HTTPClientRequest) async -> HTTPClientError? {
        do throws(HTTPClientError) {
            _ = try await client.send(request)
            return nil
        } catch { return error }
    }

    @Test("what is sent arrives as it is, and so does the answer")
    func echo() async throws {
        let server = try await Server()
        defer { server.end() }
        let client = try HTTPClient(try server.configuration())
        let body = [UInt8](repeating: 65, count: 5_000) + [0, 10, 255]
        let posted = try await client.send(
            HTTPClientRequest(target: "/echo/../echo?a=%2F&b=%7C", headers: [("Authorization", "A b=\"c\""), ("X-One", "1")], body: body))
        #expect(server.process.line() == "POST /echo/../echo?a=%2F&b=%7C HTTP/1.1")
        #expect(posted.status == 200)
        #expect(Array(posted.body.suffix(body.count)) == body)
        let seen = String(decoding: posted.body.dropLast(body.count), as: UTF8.self)
        #expect(seen.contains("Authorization: A b=\"c\"\n") && seen.contains("X-One: 1\n") && !seen.contains("Expect"))
        #expect(posted.headers.first { $0.name == "X-Odd" }?.value == "a b")
        #expect(posted.headers.first { $0.name == "X-Empty" }?.value == "")
        let empty = try await client.send(HTTPClientRequest(target: "/echo", headers: [], body: []))
        #expect(String(decoding: empty.body, as: UTF8.self).contains("Content-Length: 0\n"))
        _ = try await client.send(get("/echo"))
        await client.shutdown()
        #expect(await failure(client, get("/echo")) == .notSent(.closed))
    }

    @Test("a redirect is an answer, not an order")
    func redirect() async throws {
        let server = try await Server()
        defer { server.end() }
        let client = try HTTPClient(try server.configuration())
        let answer = try await client.send(get("/redirect"))
        #expect(answer.status == 302)
        await client.shutdown()
    }

    @Test("the largest answer is taken; one byte more, a long head, no HTTP, half an answer and none are unknown outcomes")
    func badAnswers() async throws {
        let server = try await Server()
        defer { server.end() }
        let client = try HTTPClient(try server.configuration())
        let exact = try await client.send(get("/exact"))
        #expect(exact.body.count == 64 * 1024)
        #expect(await failure(client, get("/large")) == .unknown(.tooLarge))
        #expect(await failure(client, get("/head")) == .unknown(.tooLarge))
        #expect(await failure(client, get("/garbage")) == .unknown(.malformedAnswer))
        #expect(await failure(client, get("/cut")) == .unknown(.lost))
        #expect(await failure(client, get("/drop")) == .unknown(.lost))
        await client.shutdown()
    }

    @Test("no answer in time is unknown; a caller that goes ends its request")
    func never() async throws {
        let server = try await Server()
        defer { server.end() }
        var configuration = try server.configuration()
        configuration.timeout = .seconds(2)
        let hasty = try HTTPClient(configuration)
        #expect(await failure(hasty, get("/never")) == .unknown(.timeout))
        await hasty.shutdown()
        let client = try HTTPClient(try server.configuration())
        _ = server.process.line()
        let call = Task { await failure(client, get("/never")) }
        // It has arrived there.
        #expect(server.process.line() == "GET /never HTTP/1.1")
        call.cancel()
        #expect(await call.value == .unknown(.cancelled))
        let second = Task { await failure(client, get("/never")) }
        #expect(server.process.line() == "GET /never HTTP/1.1")
        await client.shutdown()
        #expect(await second.value == .unknown(.closed))
    }

    @Test("a server that cannot prove its name is not sent a byte")
    func untrusted() async throws {
        for (host, isTrusted) in [("IP:127.0.0.2", true), ("DNS:localhost", true), ("IP:127.0.0.1", false)] {
            let server = try await Server(host: host)
            let client = try HTTPClient(try server.configuration(trusting: isTrusted))
            #expect(await failure(client, get("/echo")) == .notSent(.untrusted), "\(host)")
            await client.shutdown()
            server.end()
        }
    }

    @Test("nobody there, and no such name, are told as not sent")
    func nobody() async throws {
        let server = try await Server()
        let configuration = try server.configuration()
        server.process.kill()
        let client = try HTTPClient(configuration)
        #expect(await failure(client, get("/echo")) == .notSent(.connect))
        await client.shutdown()
        server.end()
        let nameless = try HTTPClient(HTTPClientConfiguration(origin: try #require(HTTPOrigin("https://no-such-host.invalid"))))
        #expect(await failure(nameless, get("/echo")) == .notSent(.resolve))
        await nameless.shutdown()
    }

    @Test("more requests than the limit are refused at once; many at once are answered")
    func many() async throws {
        let server = try await Server()
        defer { server.end() }
        var configuration = try server.configuration()
        configuration.requests = 50
        configuration.connections = 4
        let client = try HTTPClient(configuration)
        await withTaskGroup(of: HTTPClientError?.self) { group in
            for number in 0..<50 { group.addTask { await failure(client, get("/echo?\(number)")) } }
            for await error in group { #expect(error == nil) }
        }
        configuration.requests = 0
        let full = try HTTPClient(configuration)
        #expect(await failure(full, get("/echo")) == .notSent(.overloaded))
        await full.shutdown()
        await client.shutdown()
    }

    @Test("what could break a line is not sent", arguments: ["echo", "/a b", "/a\r\nX: y", "/ä", ""])
    func malformed(target: String) async throws {
        let client = try HTTPClient(HTTPClientConfiguration(origin: try #require(HTTPOrigin("https://127.0.0.1:1"))))
        #expect(await failure(client, get(target)) == .notSent(.malformedRequest))
        let header = HTTPClientRequest(target: "/", headers: [("X", "a\r\nY: b")], body: nil)
        #expect(await failure(client, header) == .notSent(.malformedRequest))
        await client.shutdown()
    }

    @Test(
        "an origin is a scheme, a host and a port; plain HTTP is for loopback",
        arguments: [
            ("https://api.mch.weixin.qq.com", true), ("https://127.0.0.1:8443", true), ("http://127.0.0.1:8080", true),
            ("http://api.mch.weixin.qq.com", false), ("http://127.0.0.1.evil.example", false), ("https://", false), ("https://a:0", false),
            ("https://a:65536", false), ("https://a:+1", false), ("https://a:1:2", false), ("https://a/b", false), ("https://a@b", false),
            ("ftp://a", false), ("", false),
        ])
    func origins(text: String, isOne: Bool) {
        #expect((HTTPOrigin(text) != nil) == isOne)
    }
}
