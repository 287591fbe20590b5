import SampanRPC
import SampanSiege
import SampanTransport
import Testing

@Suite("Fair turns", .timeLimit(.minutes(20)))
struct FairnessTests {
    private typealias F = RawFrame

    @Test("what is too much for a turn is done in later ones, and nothing of it is lost")
    func postponed() async throws {
        let result = try await Siege.lay { address -> ScriptedPeer.Reaction? in
            ScriptedPeer(to: address)?.provoke((0..<900 as Range<UInt32>).flatMap { F.call(2 * $0 + 1) })
        }
        #expect(result.outcome?.ended.count == 900)
        #expect(result.outcome?.isClosed == false)
    }

    @Test("the same within TLS, where the rest waits decrypted and encrypted")
    func postponedTLS() async throws {
        let trust = try LoopbackTrust()
        try await EchoFixture.with(serverTLS: trust.server(), clientTLS: trust.client()) { fixture in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for index in 0..<900 {
                    group.addTask { try await fixture.echo([UInt8](repeating: UInt8(index % 250), count: index % 300)) }
                }
                try await group.waitForAll()
            }
        }
    }

    @Test("many handshakes at once are taken over several turns, and none is lost")
    func manyHandshakes() async throws {
        let trust = try LoopbackTrust()
        let client = try trust.client()
        try await EchoFixture.with(serverTLS: trust.server()) { fixture in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<40 {
                    group.addTask {
                        let channel = ClientChannel(
                            group: fixture.group, host: fixture.address.host, port: fixture.address.port, tls: client)
                        _ = try await channel.unary(EchoService.unary, FramedMessage(payload: [1]), CallOptions(timeout: .seconds(20)))
                        await channel.shutdown()
                    }
                }
                try await group.waitForAll()
            }
        }
    }

    @Test("a client that goes with many calls open: each of them is cancelled, over several turns")
    func manyOpenCalls() async throws {
        try await EchoFixture.with { fixture in
            let address = fixture.address
            let isOpen = try await RawSocket.onThread {
                guard let peer = ScriptedPeer(to: address) else { return false }
                return peer.provoke((0..<500 as Range<UInt32>).flatMap { F.call(2 * $0 + 1, "/test.Echo/Hang") }).pings == 2
            }
            #expect(isOpen)
            // Over when 500 have come: the peer, and with it the socket, is gone.
            var count = 0
            for await _ in fixture.cancellations {
                count += 1
                if count == 500 { break }
            }
            try await fixture.echo()
        }
    }

    @Test("answers of more than a turn writes arrive whole")
    func largeAnswers() async throws {
        try await EchoFixture.with { fixture in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<20 { group.addTask { try await fixture.echo([UInt8](repeating: 9, count: 400_000)) } }
                try await group.waitForAll()
            }
        }
    }
}
