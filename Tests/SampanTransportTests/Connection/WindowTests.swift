import SampanSiege
import SampanRPC
@testable import SampanTransport
import Synchronization
import Testing

@Suite("Windows", .timeLimit(.minutes(20)))
struct WindowTests {
    private typealias F = RawFrame
    private static let window = 256 * 1_024

    @Test("a handler that takes nothing holds its client at exactly the window, and no other call")
    func deafHandler() async throws {
        try await EchoFixture.with(methods: [Deaf.handler]) { fixture in
            let address = fixture.address
            let sent = try await RawSocket.onThread { () -> Int? in
                guard let caller = RawCaller(to: address) else { return nil }
                let message: [UInt8] = [0, 0, 0, 3, 232] + [UInt8](repeating: 1, count: 1_000)
                let body = (0..<1_000).flatMap { _ in message }
                let head = RawCaller.head.map { $0.0 == ":path" ? ($0.0, Deaf.path) : $0 }
                guard (try? caller.send(head, body: body, ends: false)) != nil else { return nil }
                // What is answered beside it was sent behind it, so the window is used up by then.
                var beside = 0
                for _ in 0..<20 {
                    let call: [UInt8] = [0, 0, 0, 78, 32] + [UInt8](repeating: 2, count: 20_000)
                    guard let stream = try? caller.send(body: call), (try? caller.wait(for: stream)) == true,
                        stream.fields["grpc-status"] == "0"
                    else { return nil }
                    beside += call.count
                }
                return caller.sentBytes - beside
            }
            #expect(sent == Self.window)
        }
    }

    @Test("a client that takes nothing holds its handler at exactly the window, and no other call")
    func deafClient() async throws {
        let begun = Mutex(0)
        let flood = ListedMethods.descriptor("Flood", .serverStreaming)
        let handler = MethodHandler(
            flood,
            .streaming { _, responses, _ in
                let message = try FramedMessage(payload: [UInt8](repeating: 1, count: 1_000))
                while true {
                    begun.withLock { $0 += 1 }
                    try await responses.send(message)
                }
            })
        try await EchoFixture.with(methods: [handler]) { fixture in
            let stream = try await fixture.channel.open(flood, .defaults)
            await stream.finish()
            #expect(try await stream.next()?.count == 1_000)
            for _ in 0..<50 { try await fixture.echo([UInt8](repeating: 3, count: 20_000)) }
            let waiting = await fixture.server.waitingResponseBytes
            // The one message that was taken is not given back yet: windows come back by halves.
            #expect(begun.withLock { $0 } * 1_005 - waiting == Self.window)
            #expect(waiting > 0 && waiting < 64 * 1_024 + 1_005)
        }
    }

    @Test("a line that carries more than half a window in a round trip gets a wider one")
    func grows() async throws {
        let reaction = try await Self.upload(to: "/test.Echo/Up", ServerConfiguration())
        // Once more after it has grown.
        #expect(reaction?.asked == 2)
        #expect(reaction?.increments[1]?.contains(262_144) == true, "\(String(describing: reaction))")
    }

    @Test("but not where windows may not grow, or the account of the institution has no room")
    func doesNotGrow() async throws {
        var fixed = ServerConfiguration()
        fixed.maximumStreamWindowBytes = Self.window
        let reaction = try await Self.upload(to: "/test.Echo/Up", fixed)
        #expect(reaction?.asked == 0)
        #expect(reaction?.increments[1]?.contains(262_144) == false)
        var full = ServerConfiguration()
        full.maximumWindowGrowthBytesPerInstitution = Self.window - 1
        #expect(try await Self.upload(to: "/test.Echo/Up", full)?.increments[1]?.contains(262_144) == false)
        full = ServerConfiguration()
        full.maximumWindowGrowthBytes = Self.window - 1
        #expect(try await Self.upload(to: "/test.Echo/Up", full)?.increments[1]?.contains(262_144) == false)
    }

    /// Messages of 1,000 bytes: 80 KB, on which the server asks; 150 KB more, then the answer to its ping; then 80 KB, on which it looks
    /// again.
    private static func upload(to path: String, _ configuration: ServerConfiguration) async throws -> ScriptedPeer.Reaction? {
        try await EchoFixture.with(configuration: configuration) { fixture in
            let address = fixture.address
            return try await RawSocket.onThread { () -> ScriptedPeer.Reaction? in
                guard let peer = ScriptedPeer(to: address) else { return nil }
                peer.holdsPings = true
                let message = F.frame(F.data, 0, 1, [0, 0, 0, 3, 232] + [UInt8](repeating: 1, count: 1_000))
                peer.socket.write(F.head(1, path))
                _ = peer.provoke((0..<80).flatMap { _ in message })
                _ = peer.provoke((0..<150).flatMap { _ in message })
                peer.answerHeldPings()
                return peer.provoke((0..<80).flatMap { _ in message })
            }
        }
    }

    @Test("calls that are small send no ping, however many they are")
    func smallCalls() async throws {
        try await EchoFixture.with { fixture in
            let address = fixture.address
            let reaction = try await RawSocket.onThread { () -> ScriptedPeer.Reaction? in
                guard let peer = ScriptedPeer(to: address) else { return nil }
                for batch in 0..<50 as Range<UInt32> {
                    let body = F.frame(F.data, F.endStream, 0, [0, 0, 0, 3, 232] + [UInt8](repeating: 1, count: 1_000))
                    let calls = (0..<20 as Range<UInt32>).flatMap { index -> [UInt8] in
                        let id = 2 * (batch * 20 + index) + 1
                        return F.head(id) + body.prefix(5) + F.word(id) + body.dropFirst(9)
                    }
                    _ = peer.provoke(calls)
                    // Its own window, or the answers would wait.
                    peer.socket.write(F.frame(F.windowUpdate, 0, 0, F.word(20 * 1_005)))
                }
                return peer.reaction
            }
            #expect(reaction?.ended.count == 1_000)
            #expect(reaction?.asked == 0)
        }
    }
}

/// A handler that reads nothing until it is cancelled.
enum Deaf {
    static let path = "/test.Listed/Deaf"

    static let handler = MethodHandler(
        ListedMethods.descriptor("Deaf", .clientStreaming),
        .streaming { _, _, _ in
            let (never, continuation) = AsyncStream.makeStream(of: Void.self)
            for await _ in never {}
            withExtendedLifetime(continuation) {}
        })
}
