import SampanCrypto
import SampanHTTP2
import SampanRPC
@testable import SampanTransport
import Testing

@Suite("What a peer had said before it went", .timeLimit(.minutes(1)))
struct LastWordsTests {
    /// Notes what its connection tells.
    private final class Owner: ConnectionOwner {
        var streams: [Stream] = []
        var reason: CloseReason?
        private let whenReady: () -> Void

        init(_ whenReady: @escaping () -> Void) { self.whenReady = whenReady }

        let windowLimits = WindowLimits(initialStream: 65_535, maximumStream: 65_535, growth: 0)
        func mayWiden(by bytes: Int) -> Bool { false }
        func connectionEstablished(_ peer: Peer) {}
        func connectionFlushed() {}
        func connectionClosed(_ reason: CloseReason) { self.reason = reason }
        func receivedSettings(maximumConcurrentStreams: UInt32) { whenReady() }
        func receivedGoAway(lastStreamID: Int32, code: HTTP2ErrorCode) {}
        func receivedPingAck(_ ping: HTTP2Ping?) {}
        func makeStream() -> HTTP2Stream? {
            streams.append(Stream())
            return streams.last
        }
    }

    private final class Stream: HTTP2Stream {
        var closure: HTTP2ErrorCode?
        override func closed(_ code: HTTP2ErrorCode) { closure = code }
    }

    /// Two ends of a connection on one loop.
    // Sendable: touched on the loop only.
    private final class Line: @unchecked Sendable {
        let client: Connection
        let server: Connection
        let owners: (client: Owner, server: Owner)

        init(_ loop: EventLoop, _ trust: LoopbackTrust?, _ whenReady: @escaping () -> Void) throws {
            let listener = try StreamSocket.listening(on: try #require(SocketAddress(host: "127.0.0.1", port: 0)), backlog: 1)
            defer { listener.close() }
            func connection(_ role: HTTP2Session.Role, _ socket: StreamSocket) throws -> Connection {
                let tls = try trust.map { try TLSConnection(role == .client ? $0.client() : $0.server()) }
                return Connection(
                    loop: loop, socket: socket, address: "loopback", isConnected: role == .server,
                    session: try HTTP2Session(role: role, settings: HTTP2Settings()), tls: tls)
            }
            client = try connection(.client, try .connecting(to: try #require(listener.localAddress)))
            server = try connection(.server, try #require(try listener.accept()).0)
            owners = (Owner(whenReady), Owner(whenReady))
        }

        func start() {
            server.start(owner: owners.server, setUpTimeout: .seconds(20))
            client.start(owner: owners.client, setUpTimeout: .seconds(20))
        }

        /// The server hears of all calls, answers them, and goes, with bytes unread: what the client says then is answered with a reset.
        func answer(_ calls: [Stream]) throws {
            for call in calls { try client.session.submitRequest(Self.request, stream: call) }
            client.flush()
            server.ready(.readable)
            while !server.postponedInput.isEmpty { server.resume() }
            for stream in owners.server.streams { server.session.submitResponseOnly(Self.answer, stream: stream) }
            client.session.ping(.keepalive)
            client.flush()
            server.flush()
            server.close(.finished)
        }

        private static let request = block([(":method", "POST"), (":scheme", "http"), (":path", "/"), (":authority", "h")])
        private static let answer = block([(":status", "200")])

        private static func block(_ fields: [(String, String)]) -> HeaderBlock {
            var block = HeaderBlock()
            for (name, value) in fields { block.append(name, value) }
            return block
        }
    }

    @Test(
        "answers that have come count although a write fails, also those that were put off to the next turn",
        arguments: [false, true], [false, true])
    func answered(overTLS: Bool, hasRead: Bool) async throws {
        let loop = try EventLoop()
        let trust = overTLS ? try LoopbackTrust() : nil
        let (ready, note) = AsyncStream.makeStream(of: Void.self)
        let line = try await loop.run { () throws -> Line in
            let line = try Line(loop, trust) { note.yield() }
            line.start()
            return line
        }
        var ends = ready.makeAsyncIterator()
        for _ in 0..<2 { await ends.next() }
        let (codes, reason) = try await loop.run { () throws -> ([HTTP2ErrorCode?], CloseReason?) in
            // More than one turn takes of a connection.
            let calls = (0..<250).map { _ in Stream() }
            try line.answer(calls)
            if hasRead {
                line.client.ready(.readable)
                #expect(!line.client.postponedInput.isEmpty)
            }
            line.client.session.ping(.keepalive)
            line.client.flush()
            return (calls.map(\.closure), line.owners.client.reason)
        }
        #expect(codes.count { $0 == .noError } == 250)
        switch reason {
        case .socket(let error): #expect(error.call == "send")
        // The last that the server has said, over TLS, is that it goes.
        case .peerClosed: #expect(overTLS)
        default: Issue.record("\(String(describing: reason))")
        }
        await loop.stop()
    }
}
