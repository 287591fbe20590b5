import Glibc
import SampanRPC
import SampanSiege
@testable import SampanTransport
import Testing

@Suite("Sockets that linger", .timeLimit(.minutes(20)))
struct LingeringTests {
    private typealias F = RawFrame

    /// Pings, far more than may be sent.
    private static let flood = (0..<2_000).flatMap { _ in F.frame(F.ping, 0, 0, [1, 2, 3, 4, 5, 6, 7, 8]) }

    private static var patient: ServerConfiguration {
        var configuration = ServerConfiguration()
        configuration.lingerTimeout = .seconds(3_600)
        return configuration
    }

    /// A peer that was cut, has read why, and does not close.
    private static func cutPeer(_ address: SocketAddress) -> ScriptedPeer? {
        guard let peer = ScriptedPeer(to: address) else { return nil }
        peer.socket.write(flood)
        let reaction = peer.untilClosed()
        return reaction.goAway == 11 && reaction.isClosed ? peer : nil
    }

    /// Writes until the server has closed for good; the bytes that it took, or nil when it still takes them after `limit`.
    private static func bytesTaken(_ peer: ScriptedPeer, limit: Int) -> Int? {
        let piece = [UInt8](repeating: 0, count: 64 * 1_024)
        var count = 0
        while count < limit {
            guard peer.socket.write(piece) else { return count }
            count += piece.count
        }
        return nil
    }

    @Test("a peer that writes all the time and has no room for its answers still reads why it was cut, every time")
    func heard() async throws {
        let result = try await Siege.lay { address -> Int in
            (0..<100).count { _ in
                // Answers of 100 KB, that fill the room of this side: the GOAWAY waits behind them in the server's kernel.
                guard let peer = ScriptedPeer(to: address, room: 4_096) else { return false }
                let payload = [UInt8](repeating: 7, count: 10_000)
                for id in stride(from: 1, to: 21, by: 2) as StrideTo<UInt32> {
                    peer.socket.write(F.head(id) + F.frame(F.data, F.endStream, id, [0] + F.word(10_000) + payload))
                }
                for _ in 0..<5 { peer.socket.write(Self.flood) }
                let reaction = peer.untilClosed()
                return reaction.goAway == 11 && reaction.isClosed
            }
        }
        #expect(result.outcome == 100)
    }

    @Test("what is thrown away is bounded", arguments: [64 * 1_024, 64 * 1_024 * 1_024])
    func bytes(limit: Int) async throws {
        var configuration = Self.patient
        configuration.maximumLingerBytes = limit
        let result = try await Siege.lay(configuration) { address -> Int? in
            Self.cutPeer(address).flatMap { Self.bytesTaken($0, limit: 48 * 1_024 * 1_024) }
        }
        // Kernels buffer some megabytes beside.
        #expect((result.outcome != nil) == (limit == 64 * 1_024), "\(String(describing: result.outcome))")
    }

    @Test("a peer that goes on byte by byte is closed when its time is over")
    func time() async throws {
        var configuration = ServerConfiguration()
        configuration.lingerTimeout = .milliseconds(300)
        let result = try await Siege.lay(configuration) { address -> Duration? in
            guard let peer = Self.cutPeer(address) else { return nil }
            let start = ContinuousClock.now
            while peer.socket.write([0]) {}
            return start.duration(to: .now)
        }
        let life = try #require(result.outcome)
        #expect(life > .milliseconds(200) && life < .seconds(10))
    }

    @Test("of too many the oldest is closed")
    func number() async throws {
        var configuration = Self.patient
        configuration.maximumLingering = 2
        configuration.maximumLingerBytes = .max
        let result = try await Siege.lay(configuration) { address -> [Int?] in
            let peers = (0..<3).compactMap { _ in Self.cutPeer(address) }
            // The first is closed just after the third has read its end: some of what it writes may still be taken.
            return peers.enumerated().map { Self.bytesTaken($1, limit: ($0 == 0 ? 64 : 1) * 1_024 * 1_024) }
        }
        #expect(result.outcome.map { $0 == nil } == [false, true, true])
    }

    @Test("those that linger count for their address until they are closed")
    func address() async throws {
        var configuration = Self.patient
        configuration.maximumConnectionsPerAddress = 3
        try await EchoFixture.with(configuration: configuration) { fixture in
            try await fixture.echo()
            let address = fixture.address
            let outcome = try await RawSocket.onThread { () -> [Bool] in
                var peers = (0..<2).compactMap { _ in Self.cutPeer(address) }
                let areTwo = peers.count == 2
                let another = ScriptedPeer(to: address)?.untilClosed()
                let isRefused = another?.isClosed == true && another?.goAway == nil
                peers = []
                // The server hears of the closes in its own time.
                var isBack = false
                while !isBack { isBack = ScriptedPeer(to: address)?.provoke(F.call(1)).ended == [1] }
                return [areTwo, isRefused]
            }
            #expect(outcome == [true, true])
        }
    }

    /// Sendable: touched on the loop of the test, and alive until its end.
    private final class Scene: @unchecked Sendable {
        var peers: [RawSocket] = []
        var sockets: [StreamSocket] = []
        var lingering: LingeringSockets?

        /// Bytes that wait in all of them.
        var waiting: Int {
            sockets.reduce(0) { total, socket in
                var count: Int32 = 0
                _ = unsafe ioctl(socket.descriptor, UInt(FIONREAD), &count)
                return total + Int(count)
            }
        }
    }

    @Test("a flood at sockets that linger gets so much of a turn, and the rest of it in later turns")
    func turns() async throws {
        let loop = try EventLoop()
        let state = try ServerState(
            routes: RouteTable([]), interceptors: [], router: nil, configuration: ServerConfiguration(), security: .plaintext, loops: [loop]
        )
        let scene = Scene()
        let over = OneShot()
        let discarded = try await loop.run { () throws -> Int in
            let limits = LingerLimits(timeout: .seconds(3_600), bytes: .max, count: 100)
            let lingering = LingeringSockets(loop, limits) { over.fire() }
            scene.lingering = lingering
            let listener = try StreamSocket.listening(on: try #require(SocketAddress(host: "127.0.0.1", port: 0)), backlog: 64)
            defer { listener.close() }
            let address = try #require(listener.localAddress)
            for _ in 0..<16 {
                let peer = try #require(RawSocket(to: address))
                let (socket, _) = try #require(try listener.accept())
                peer.write([UInt8](repeating: 1, count: 48 * 1_024))
                scene.peers.append(peer)
                scene.sockets.append(socket)
                #expect(lingering.take(socket, try #require(state.admit("h"))))
            }
            let before = scene.waiting
            for socket in lingering.sockets { socket.ready(.readable) }
            return before - scene.waiting
        }
        // Whole reads of 48 KiB, until a turn's 256 KiB are used up.
        #expect(discarded == 256 * 1_024)
        // The loop goes on by itself; the ends of the peers come after their bytes.
        await loop.run { scene.peers = [] }
        await over.wait()
        await loop.stop()
    }

    @Test("a server that stops does not wait for them beyond its grace, nor beyond their time", arguments: [false, true])
    func stop(byGrace: Bool) async throws {
        var configuration = ServerConfiguration()
        configuration.lingerTimeout = byGrace ? .seconds(3_600) : .milliseconds(200)
        try await EchoFixture.with(configuration: configuration) { fixture in
            let address = fixture.address
            let peer = try await RawSocket.onThread { Held(peer: Self.cutPeer(address)) }
            #expect(peer.peer != nil)
            await fixture.server.shutdown(grace: byGrace ? .milliseconds(100) : .seconds(3_600))
            withExtendedLifetime(peer) {}
        }
    }

    /// Sendable: handed over, and used by one thread at a time.
    private struct Held: @unchecked Sendable {
        let peer: ScriptedPeer?
    }
}
