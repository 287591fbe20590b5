import SampanSiege
import SampanTransport
import Testing

/// RFC 9113 sections 3 to 8 and RFC 7541, frame by frame. Each row has a connection of its own; a fence of pings ends it, so none can hang.
@Suite("HTTP/2 conformance", .timeLimit(.minutes(20)))
struct ConformanceTests {
    @Test("every row has the reaction that the RFC asks for")
    func table() async throws {
        let rows = Self.framing + Self.streams + Self.frames + Self.messages + Self.compression
        #expect(rows.count >= 60)
        try await EchoFixture.with { fixture in
            let address = fixture.address
            for row in rows {
                let reaction = try await RawSocket.onThread { ScriptedPeer(to: address)?.provoke(row.bytes) }
                row.check(try #require(reaction))
            }
            try await fixture.echo()
        }
    }

    @Test(
        "a bad preface ends the connection (§3.4)",
        arguments: [
            Array("GET / HTTP/1.1\r\nHost: a\r\n\r\n".utf8), Array("PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n".utf8),
            RawFrame.magic + RawFrame.frame(RawFrame.ping, 0, 0, [0, 0, 0, 0, 0, 0, 0, 0]),
            RawFrame.magic + RawFrame.call(1), RawFrame.magic + RawFrame.frame(RawFrame.settings, RawFrame.ack),
        ])
    func preface(bytes: [UInt8]) async throws {
        try await EchoFixture.with { fixture in
            let address = fixture.address
            let reaction = try await RawSocket.onThread { ScriptedPeer(to: address, opening: bytes)?.untilClosed() }
            #expect(reaction?.isClosed == true)
            #expect(reaction?.answered == [])
            try await fixture.echo()
        }
    }
}
