@testable import SampanHTTP2
import Testing

@Suite("Windows that grow")
struct WindowsTests {
    /// The server's half of a stream that has been opened.
    private static func open(_ pair: SessionPair) throws -> (client: RecordingStream, server: HTTP2Stream) {
        let stream = try pair.request()
        try pair.settle()
        return (stream, try #require(pair.server.session.openStreams.first))
    }

    @Test("a widened stream takes so much more, to the byte, and no other one does")
    func widen() throws {
        let pair = try SessionPair()
        let (first, atServer) = try Self.open(pair)
        pair.client.session.send([UInt8](repeating: 1, count: 1_000_000), on: first)
        try pair.settle()
        #expect(pair.client.session.outboundTaken == 262_144)
        pair.server.session.widen(atServer, by: 100_000)
        try pair.settle()
        #expect(pair.client.session.outboundTaken == 362_144)
        #expect(pair.server.session.windowGrowth == 100_000)
        let (second, _) = try Self.open(pair)
        pair.client.session.send([UInt8](repeating: 1, count: 1_000_000), on: second)
        try pair.settle()
        #expect(pair.client.session.outboundTaken == 362_144 + 262_144)
    }

    @Test("what a stream had grown by comes back with its end")
    func release() throws {
        let pair = try SessionPair()
        let (stream, atServer) = try Self.open(pair)
        pair.server.session.widen(atServer, by: 5_000)
        pair.server.session.widen(atServer, by: 6_000)
        #expect(atServer.receiveWindow.growth == 11_000)
        pair.client.session.reset(stream, .cancel)
        try pair.settle()
        #expect(pair.server.session.windowGrowth == 0)
        pair.server.session.widen(atServer, by: 5_000)
        #expect(pair.server.session.windowGrowth == 0)
    }

    @Test("a width that HTTP/2 cannot have is not given", arguments: [0, -1, Int(Int32.max), .max - 262_144])
    func tooWide(bytes: Int) throws {
        let pair = try SessionPair()
        let (_, atServer) = try Self.open(pair)
        pair.server.session.widen(atServer, by: bytes)
        #expect(pair.server.session.windowGrowth == 0)
    }

    @Test("the connection's window is widened, never narrowed")
    func connection() throws {
        let pair = try SessionPair()
        try pair.settle()
        pair.server.session.widenConnection(to: 8 * 1_024 * 1_024)
        pair.server.session.widenConnection(to: 1_024)
        try pair.settle()
        let (stream, atServer) = try Self.open(pair)
        pair.server.session.widen(atServer, by: 16 * 1_024 * 1_024)
        pair.client.session.send([UInt8](repeating: 1, count: 10 * 1_024 * 1_024), on: stream)
        try pair.settle()
        #expect(pair.client.session.outboundTaken == 10 * 1_024 * 1_024)
        #expect(pair.server.session.receivedBytes == 10 * 1_024 * 1_024)
    }

    @Test("a reset drops what is queued at once")
    func reset() throws {
        let pair = try SessionPair()
        let (stream, _) = try Self.open(pair)
        pair.client.session.send([UInt8](repeating: 1, count: 1_000_000), on: stream)
        pair.client.session.reset(stream, .cancel)
        #expect(pair.client.session.outboundBytes == 0)
        try pair.settle()
        #expect(stream.closures == [.cancel])
        #expect(pair.client.session.outboundBytes == 0)
    }

    @Test("a stream is looked at after every 64 KiB that its reader took, and only while it keeps up")
    func looks() {
        var window = ReceiveWindow()
        let takes: [(Int, Bool, Bool)] = [
            (65_535, true, false), (1, false, false), (100_000, false, false), (0, true, true), (65_535, true, false), (1, true, true),
        ]
        for (count, keptUp, expected) in takes {
            let isLookedAt = window.take(count, keptUp: keptUp)
            #expect(isLookedAt == expected, "\(count)")
        }
    }
}
