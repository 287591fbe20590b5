import Glibc
import SampanCrypto
import SampanHTTP2
@testable import SampanTransport
import Testing

@Suite("A connect that meets itself", .timeLimit(.minutes(20)))
struct SelfConnectTests {
    /// What the kernel does by chance when it gives a connect the very port that it goes to: both ends are one socket (RFC 9293 §3.5,
    /// simultaneous open).
    private static func selfConnected() throws -> (StreamSocket, SocketAddress) {
        let socket = try StreamSocket.bound(to: try #require(SocketAddress(host: "127.0.0.1", port: 0)))
        // As with a connect whose port the kernel has chosen.
        var off: Int32 = 0
        try #require(unsafe setsockopt(socket.descriptor, SOL_SOCKET, SO_REUSEADDR, &off, socklen_t(MemoryLayout<Int32>.size)) == 0)
        let own = try #require(socket.localAddress)
        let code = unsafe own.withSockaddr { unsafe Glibc.connect(socket.descriptor, $0, $1) }
        #expect(code == 0 || errno == EINPROGRESS)
        return (socket, own)
    }

    @Test("it is a refused one, and leaves the port to the server that it is for", arguments: [false, true])
    func refused(overTLS: Bool) async throws {
        let loop = try EventLoop()
        let trust = overTLS ? try LoopbackTrust() : nil
        var isFree = false
        // A connect of a test beside this one may be given the port that was left: not every time.
        for _ in 0..<8 where !isFree {
            let (address, text) = try await Self.meetItself(loop, trust)
            #expect(text.contains("Connection refused"), "\(text)")
            do throws(SocketError) {
                try StreamSocket.listening(on: address, backlog: 1).close()
                isFree = true
            } catch { continue }
        }
        #expect(isFree)
        await loop.stop()
    }

    /// Returns where it was, and why the connection was closed.
    private static func meetItself(_ loop: EventLoop, _ trust: LoopbackTrust?) async throws -> (SocketAddress, String) {
        let (closed, note) = AsyncStream.makeStream(of: CloseReason.self)
        let address = try await loop.run { () throws -> SocketAddress in
            let (socket, own) = try selfConnected()
            let connection = Connection(
                loop: loop, socket: socket, address: "\(own)", isConnected: false,
                session: try HTTP2Session(role: .client, settings: HTTP2Settings()),
                tls: try trust.map { try TLSConnection($0.client()) })
            let owner = ConnectionPair.Owner {}
            owner.whenClosed = { if let reason = connection.closeReason { note.yield(reason) } }
            connection.start(owner: owner, setUpTimeout: .seconds(60))
            return own
        }
        var reasons = closed.makeAsyncIterator()
        return (address, try "\(#require(await reasons.next()))")
    }
}
