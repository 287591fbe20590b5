@testable import SampanCrypto
import Testing

@Suite("TLS data and closing")
struct TLSDataTests {
    let trust: TestTrust

    init() throws {
        trust = try TestTrust()
    }

    private func openPair(step: Int = .max) throws -> TLSPair {
        let pair = try TLSPair(
            trust.configuration(.client, try trust.identity()), trust.configuration(.server, try trust.identity()), step: step)
        pair.handshake()
        try #require(pair.client.isHandshakeComplete && pair.server.isHandshakeComplete)
        return pair
    }

    private func pattern(_ count: Int, _ seed: UInt64) -> [UInt8] {
        var state = seed
        return (0..<count).map { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return UInt8(truncatingIfNeeded: state >> 56)
        }
    }

    @Test("sizes around the record limit arrive whole", arguments: [1, 16_383, 16_384, 16_385, 32_768, 100_000])
    func sizes(count: Int) throws {
        let pair = try openPair()
        let sent = pattern(count, 7)
        try pair.client.write(sent)
        try pair.server.receive(pair.client.takeCiphertext())
        let got = try pair.server.readAll()
        #expect(got.bytes == sent)
        #expect(!got.closed)
        #expect(pair.server.bufferedMemory == 0)
    }

    @Test("1 MiB each way at once through tiny buffers and odd cuts", arguments: [(911, 61), (16_406, 4096), (7, 16_384)])
    func megabyte(step: Int, buffer: Int) throws {
        let pair = try openPair()
        let (up, down) = (pattern(1 << 20, 1), pattern(1 << 20, 2))
        try pair.client.write(up)
        try pair.server.write(down)
        #expect(try Self.move(pair.client, pair.server, step: step, buffer: buffer) == up)
        #expect(try Self.move(pair.server, pair.client, step: step, buffer: buffer) == down)
        #expect(pair.client.bufferedMemory == 0 && pair.server.bufferedMemory == 0)
    }

    private static func move(_ from: TLSConnection, _ to: TLSConnection, step: Int, buffer: Int) throws -> [UInt8] {
        var got: [UInt8] = []
        while from.pendingCiphertext > 0 {
            var piece: [UInt8] = []
            from.drainCiphertext { bytes in
                piece = bytes.extracting(first: min(step, bytes.count)).array
                return piece.count
            }
            try to.receive(piece)
            got += try to.readAll(buffer: buffer).bytes
        }
        return got
    }

    @Test("an empty write and an empty receive do nothing")
    func empty() throws {
        let pair = try openPair()
        try pair.client.write([])
        #expect(pair.client.pendingCiphertext == 0)
        try pair.server.receive([])
        #expect(try pair.server.readAll().bytes.isEmpty)
        var none: [UInt8] = []
        var span = none.mutableSpan
        #expect(try pair.server.read(into: &span) == .wantMore)
    }

    @Test("writing before the handshake or after close is our mistake, and harms nothing")
    func notOpen() throws {
        let early = try TLSConnection(TLSContext(trust.configuration(.client, try trust.identity())))
        #expect(throws: TLSError(.notOpen, "the connection does not take data now")) { try early.write([1]) }
        let pair = try openPair()
        pair.client.close()
        let error = try #require(throws: TLSError.self) { try pair.client.write([1]) }
        #expect(error.reason == .notOpen && error.guilty == .ours)
    }

    @Test("the client closes first, the server says the rest, then closes")
    func closeOneAfterTheOther() throws {
        let pair = try openPair()
        try pair.client.write([1, 2, 3])
        pair.client.close()
        pair.client.close()
        try pair.server.receive(pair.client.takeCiphertext())
        let first = try pair.server.readAll()
        #expect(first.bytes == [1, 2, 3] && first.closed)
        try pair.server.write([4, 5])
        pair.server.close()
        try pair.client.receive(pair.server.takeCiphertext())
        let rest = try pair.client.readAll()
        #expect(rest.bytes == [4, 5] && rest.closed)
        try pair.client.receiveEnd()
        #expect(try pair.client.readAll().closed)
    }

    @Test("both close at once")
    func closeTogether() throws {
        let pair = try openPair()
        pair.client.close()
        pair.server.close()
        pair.settle()
        #expect(try pair.client.readAll().closed)
        #expect(try pair.server.readAll().closed)
    }

    @Test("an end without close_notify is truncation, after the data before it")
    func truncated() throws {
        let pair = try openPair()
        try pair.client.write([9, 9])
        try pair.server.receive(pair.client.takeCiphertext())
        try pair.server.receiveEnd()
        var buffer = [UInt8](repeating: 0, count: 8)
        var span = buffer.mutableSpan
        #expect(try pair.server.read(into: &span) == .bytes(2))
        let error = try #require(throws: TLSError.self) { try pair.server.readAll() }
        #expect(error.reason == .truncated)
    }

    @Test("a flipped bit is refused, after the records before it")
    func corrupted() throws {
        let pair = try openPair()
        try pair.client.write([1])
        var bytes = pair.client.takeCiphertext()
        try pair.client.write([2])
        let second = pair.client.takeCiphertext()
        bytes += second
        bytes[bytes.count - 1] ^= 1
        try pair.server.receive(bytes)
        var buffer = [UInt8](repeating: 0, count: 8)
        var span = buffer.mutableSpan
        #expect(try pair.server.read(into: &span) == .bytes(1))
        let error = try #require(throws: TLSError.self) { try pair.server.readAll() }
        #expect(error.reason == .undecipherable)
        pair.settle()
        let seen = try #require(throws: TLSError.self) { try pair.client.readAll() }
        #expect(seen.label == "alert.bad_record_mac")
    }
}
