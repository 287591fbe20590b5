import SampanSiege
import SampanRPC
@testable import SampanTransport
import Testing

@Suite("Bytes that are held", .timeLimit(.minutes(20)))
struct HeldBytesTests {
    private typealias F = RawFrame
    private static let late = ListedMethods.descriptor("Late", .clientStreaming)

    /// A whole message of `size` bytes with its prefix, in frames.
    private static func message(_ id: UInt32, _ size: Int) -> [UInt8] {
        let bytes = [0] + F.word(UInt32(size - 5)) + [UInt8](repeating: 1, count: size - 5)
        return stride(from: 0, to: size, by: 16_384).flatMap { F.frame(F.data, 0, id, Array(bytes[$0..<min($0 + 16_384, size)])) }
    }

    @Test("the call that holds most is ended, not the small one that came last")
    func guilty() async throws {
        var configuration = ServerConfiguration()
        configuration.maximumHeldRequestBytes = 48 * 1_024
        let result = try await Siege.lay(configuration, methods: [Deaf.handler]) { address -> ScriptedPeer.Reaction? in
            guard let peer = ScriptedPeer(to: address) else { return nil }
            _ = peer.provoke(F.head(1, Deaf.path) + Self.message(1, 8 * 1_024))
            _ = peer.provoke(F.head(3, Deaf.path) + Self.message(3, 38 * 1_024))
            return peer.provoke(F.head(5, Deaf.path) + Self.message(5, 4 * 1_024))
        }
        #expect(result.outcome?.ended == [3])
        #expect(result.outcome?.goAway == nil)
    }

    @Test("two connections of an institution share its bound, and another institution is not touched", arguments: [1, 2])
    func institutions(loops: Int) async throws {
        let trust = try LoopbackTrust()
        var configuration = ServerConfiguration()
        configuration.maximumHeldBytesPerInstitution = 250_000
        let gate = OneShot()
        let handler = MethodHandler(
            Self.late,
            .streaming { requests, responses, _ in
                await gate.wait()
                var count = 0
                while let request = try await requests.next() { count += request.count }
                try await responses.send(FramedMessage(payload: Array("\(count)".utf8)))
            })
        try await EchoFixture.with(
            loops: loops, configuration: configuration, serverTLS: trust.server(), clientTLS: trust.client(), methods: [handler]
        ) { fixture in
            let paths = ["hospital/12330100470116100X/his-1", "hospital/12330100470116100X/his-2", "center/91330106MA2CFLHJ4N/ecg-1"]
            let channels = try paths.map { path in
                ClientChannel(
                    group: fixture.group, host: fixture.address.host, port: fixture.address.port,
                    tls: try trust.client(trust.identity(path)))
            }
            var streams: [any ClientStream] = []
            for channel in channels {
                let stream = try await channel.open(Self.late, .defaults)
                // The call may be ended before it has sent everything: its reader hears of it below.
                for _ in 0..<20 {
                    guard await code(of: { try await stream.send(FramedMessage(payload: [UInt8](repeating: 7, count: 10_000))) }) == nil
                    else { break }
                }
                await stream.finish()
                streams.append(stream)
            }
            let outcomes = try await withThrowingTaskGroup(of: (Int, String).self) { tasks in
                for (index, stream) in streams.enumerated() {
                    tasks.addTask {
                        do {
                            return (index, try await stream.next().map { String(decoding: $0, as: UTF8.self) } ?? "nothing")
                        } catch let error as RPCError {
                            // Nobody reads until one was ended: that one is what makes the others go on.
                            gate.fire()
                            return (index, "\(error.code)")
                        }
                    }
                }
                return try await tasks.reduce(into: [:]) { $0[$1.0] = $1.1 }
            }
            #expect(outcomes[2] == "200000")
            #expect(Set([outcomes[0], outcomes[1]]) == ["200000", "\(StatusCode.resourceExhausted)"], "\(outcomes)")
            for channel in channels { await channel.shutdown() }
        }
    }

    @Test("answers that nobody takes count for their institution too")
    func answers() async throws {
        var configuration = ServerConfiguration()
        configuration.maximumHeldBytesPerInstitution = 300_000
        configuration.responseBufferBytes = 128 * 1_024
        let flood = ListedMethods.descriptor("Flood", .serverStreaming)
        let handler = MethodHandler(
            flood,
            .streaming { _, responses, _ in
                while true { try await responses.send(FramedMessage(payload: [UInt8](repeating: 1, count: 60_000))) }
            })
        try await EchoFixture.with(configuration: configuration, methods: [handler]) { fixture in
            let address = fixture.address
            let reaction = try await RawSocket.onThread { () -> ScriptedPeer.Reaction? in
                guard let peer = ScriptedPeer(to: address) else { return nil }
                let heads = [1, 3].flatMap { F.head($0, "/test.Listed/Flood") }
                peer.socket.write(F.frame(F.settings, 0, 0, F.setting(4, 0)) + heads)
                _ = peer.read(until: { !$0.resets.isEmpty })
                return peer.provoke([])
            }
            // One of the two, and the other lives.
            #expect(reaction?.resets.count == 1, "\(String(describing: reaction))")
            #expect(reaction?.resets.values.first == 11)
            #expect(reaction?.goAway == nil)
        }
    }
}
