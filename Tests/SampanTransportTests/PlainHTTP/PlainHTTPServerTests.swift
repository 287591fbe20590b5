import SampanSiege
import Synchronization
import Testing

@testable import SampanTransport

@Suite("A server of GET requests", .timeLimit(.minutes(20)))
struct PlainHTTPServerTests {
    private static let request = Array("GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n".utf8)

    private static func with<R>(
        _ limits: PlainHTTPLimits = PlainHTTPLimits(), answer: @escaping PlainHTTPServer.Answer, _ body: (SocketAddress) async throws -> R
    ) async throws -> R {
        let group = try EventLoopGroup(count: 1)
        let server = PlainHTTPServer(loop: group.loops[0], limits: limits, answer: answer)
        let address = try await server.listen(on: try #require(SocketAddress(host: "127.0.0.1", port: 0)))
        let result: Result<R, any Error>
        do { result = .success(try await body(address)) } catch { result = .failure(error) }
        await server.shutdown()
        await group.shutdown()
        return try result.get()
    }

    /// Everything that the server says to these bytes, until it closes; nil when it does not.
    private static func exchange(_ address: SocketAddress, _ bytes: [UInt8]) async throws -> String? {
        try await RawSocket.onThread {
            guard let socket = RawSocket(to: address) else { return nil }
            socket.write(bytes)
            return socket.readToEnd().map { String(decoding: $0, as: UTF8.self) }
        }
    }

    @Test("one request, one answer, and the connection ends", arguments: [0, 1, 5_000_000])
    func answers(size: Int) async throws {
        let body = [UInt8](repeating: 65, count: size)
        try await Self.with(answer: {
            $0.path == "/metrics" ? PlainHTTPAnswer(contentType: "text/x", body: body) : PlainHTTPAnswer(status: 404)
        }) {
            let text = try #require(try await Self.exchange($0, Self.request + Self.request))
            #expect(text.hasPrefix("HTTP/1.1 200 OK\r\nContent-Type: text/x\r\nContent-Length: \(size)\r\n"))
            #expect(text.contains("\r\nConnection: close\r\n") && text.hasSuffix("\r\n\r\n" + String(repeating: "A", count: size)))
            let missing = try await Self.exchange($0, Array("GET /a HTTP/1.1\r\nHost: a\r\n\r\n".utf8))
            #expect(missing?.hasPrefix("HTTP/1.1 404 Not Found\r\n") == true)
        }
    }

    @Test("what is no GET is told so", arguments: [("PUT / HTTP/1.1\r\nHost: a\r\n\r\n", "405"), ("x\r\n\r\n", "400")])
    func refuses(text: String, status: String) async throws {
        try await Self.with(answer: { _ in PlainHTTPAnswer(status: 200) }) {
            let said = try await Self.exchange($0, Array(text.utf8))
            #expect(said?.hasPrefix("HTTP/1.1 \(status) ") == true)
        }
    }

    @Test("a head without end, and one that never comes, are given up")
    func floods() async throws {
        var limits = PlainHTTPLimits()
        limits.requestTimeout = .milliseconds(100)
        try await Self.with(limits, answer: { _ in PlainHTTPAnswer(status: 200) }) {
            let flood = [UInt8](repeating: 65, count: 100_000)
            for (bytes, status) in [(flood, 431), ([], 408), (Array("GET / HTT".utf8), 408)] {
                let said = try await Self.exchange($0, bytes)
                #expect(said?.hasPrefix("HTTP/1.1 \(status) ") == true)
            }
        }
    }

    @Test("connections beyond the limit are closed unread; when one has gone, another may come")
    func crowd() async throws {
        var limits = PlainHTTPLimits()
        limits.connections = 2
        let (asked, asks) = AsyncStream.makeStream(of: Void.self)
        let (release, releases) = AsyncStream.makeStream(of: Void.self)
        try await Self.with(
            limits,
            answer: { _ in
                asks.yield()
                for await _ in release { break }
                return PlainHTTPAnswer(status: 200)
            }
        ) { address in
            var asked = asked.makeAsyncIterator()
            async let first = Self.exchange(address, Self.request)
            await asked.next()
            async let second = Self.exchange(address, Self.request)
            await asked.next()
            let third = try await Self.exchange(address, Self.request)
            #expect(third == "")
            for _ in 0..<3 { releases.yield() }
            let answers = [try await first, try await second, try await Self.exchange(address, Self.request)]
            #expect(answers.allSatisfy { $0?.hasPrefix("HTTP/1.1 200 ") == true })
        }
    }

    @Test("a caller that goes away before its answer leaves nothing behind")
    func gone() async throws {
        var limits = PlainHTTPLimits()
        limits.connections = 1
        let (asked, asks) = AsyncStream.makeStream(of: Void.self)
        let (never, ender) = AsyncStream.makeStream(of: Void.self)
        let isFirst = Mutex(true)
        try await Self.with(
            limits,
            answer: { _ in
                let waits = isFirst.withLock { first in
                    defer { first = false }
                    return first
                }
                asks.yield()
                // Not answered before the end of the test.
                if waits { for await _ in never {} }
                return PlainHTTPAnswer(status: 200)
            }
        ) { address in
            var asked = asked.makeAsyncIterator()
            let socket = try await RawSocket.onThread { () -> Bool in
                guard let socket = RawSocket(to: address) else { return false }
                socket.resetAtEnd()
                return socket.write(Self.request)
            }
            #expect(socket)
            await asked.next()
            // The reset is noticed before whoever comes next, or makes room soon after.
            var text: String? = ""
            while text == "" { text = try await Self.exchange(address, Self.request) }
            #expect(text?.hasPrefix("HTTP/1.1 200 ") == true)
            ender.finish()
        }
    }
}
