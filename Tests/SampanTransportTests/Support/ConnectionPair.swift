import Glibc
import SampanCrypto
import SampanHTTP2
import SampanRPC
@testable import SampanTransport
import Testing

/// Two ends of a connection on one loop, without channel or server.
// Sendable: touched on the loop only.
final class ConnectionPair: @unchecked Sendable {
    /// Notes what its connection tells.
    final class Owner: ConnectionOwner {
        var streams: [Stream] = []
        var reason: CloseReason?
        var whenClosed: () -> Void = {}
        private let whenReady: () -> Void

        init(_ whenReady: @escaping () -> Void) { self.whenReady = whenReady }

        let windowLimits = WindowLimits(initialStream: 65_535, maximumStream: 65_535, growth: 0)
        func mayWiden(by bytes: Int) -> Bool { false }
        func connectionEstablished(_ peer: Peer) {}
        func connectionFlushed() {}
        func connectionClosed(_ reason: CloseReason) {
            self.reason = reason
            whenClosed()
        }
        func receivedSettings(maximumConcurrentStreams: UInt32) { whenReady() }
        func receivedGoAway(lastStreamID: Int32, code: HTTP2ErrorCode) {}
        func receivedPingAck(_ ping: HTTP2Ping?) {}
        func makeStream() -> HTTP2Stream? {
            streams.append(Stream())
            return streams.last
        }
    }

    final class Stream: HTTP2Stream {
        var closure: HTTP2ErrorCode?
        var whenClosed: () -> Void = {}
        override func closed(_ code: HTTP2ErrorCode) {
            closure = code
            whenClosed()
        }
    }

    let client: Connection
    let server: Connection
    let owners: (client: Owner, server: Owner)

    /// The most that the kernel may need to bring over loopback what was sent, in milliseconds: on a busy machine it is not at once.
    private static let patience: Int32 = 20_000

    private init(_ loop: EventLoop, _ trust: LoopbackTrust?, _ whenReady: @escaping () -> Void) throws {
        let listener = try StreamSocket.listening(on: try #require(SocketAddress(host: "127.0.0.1", port: 0)), backlog: 1)
        defer { listener.close() }
        func connection(_ role: HTTP2Session.Role, _ socket: StreamSocket) throws -> Connection {
            let tls = try trust.map { try TLSConnection(role == .client ? $0.client() : $0.server()) }
            return Connection(
                loop: loop, socket: socket, address: "loopback", isConnected: role == .server,
                session: try HTTP2Session(role: role, settings: HTTP2Settings()), tls: tls)
        }
        client = try connection(.client, try .connecting(to: try #require(listener.localAddress)))
        #expect(Self.hears(listener), "nobody connects")
        server = try connection(.server, try #require(try listener.accept()).0)
        owners = (Owner(whenReady), Owner(whenReady))
    }

    /// A pair whose ends have greeted each other; over TLS where there is a trust.
    static func open(on loop: EventLoop, _ trust: LoopbackTrust?) async throws -> ConnectionPair {
        let (ready, note) = AsyncStream.makeStream(of: Void.self)
        let pair = try await loop.run { () throws -> ConnectionPair in
            let pair = try ConnectionPair(loop, trust) { note.yield() }
            pair.server.start(owner: pair.owners.server, setUpTimeout: .seconds(60))
            pair.client.start(owner: pair.owners.client, setUpTimeout: .seconds(60))
            return pair
        }
        var ends = ready.makeAsyncIterator()
        for _ in 0..<2 { await ends.next() }
        return pair
    }

    // MARK: On the loop

    func submit(_ stream: Stream) throws { try client.session.submitRequest(Self.request, stream: stream) }

    /// Has the server read until it has as many calls.
    func deliver(calls: Int) {
        while owners.server.streams.count < calls, !server.isClosed, Self.hears(server.socket) {
            server.ready(.readable)
            while !server.postponedInput.isEmpty { server.resume() }
        }
        #expect(owners.server.streams.count == calls)
    }

    /// Answers every call, with a head and no more.
    func answer() {
        for stream in owners.server.streams { server.session.submitResponseOnly(Self.answer, stream: stream) }
        server.flush()
    }

    /// Waits until the kernel has something to read of a socket, be it its end; false when it has not in a long time.
    static func hears(_ socket: StreamSocket) -> Bool { wait(socket, for: Int16(POLLIN)) }

    /// Waits until the kernel knows that a socket was reset.
    static func hearsReset(_ socket: StreamSocket) -> Bool { wait(socket, for: 0) }

    /// Blocks the loop, which has nothing else to do here.
    private static func wait(_ socket: StreamSocket, for events: Int16) -> Bool {
        // POLLERR and POLLHUP are told of in any case (poll(2)).
        var poll = pollfd(fd: socket.descriptor, events: events, revents: 0)
        return unsafe Glibc.poll(&poll, 1, patience) == 1
    }

    private static let request = block([(":method", "POST"), (":scheme", "http"), (":path", "/"), (":authority", "h")])
    private static let answer = block([(":status", "200")])

    private static func block(_ fields: [(String, String)]) -> HeaderBlock {
        var block = HeaderBlock()
        for (name, value) in fields { block.append(name, value) }
        return block
    }
}
