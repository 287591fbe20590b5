import SampanTestSupport
import SampanHTTP2
import StoreTestSupport
import Testing

@Suite("HTTP/2 sessions and bad bytes")
struct GarbageTests {
    @Test(
        "plain HTTP/1.1 is a violation",
        arguments: ["GET / HTTP/1.1\r\nHost: x\r\n\r\n", "\u{16}\u{3}\u{1}", "PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n"])
    func notHTTP2(text: String) throws {
        let end = try SessionEnd(.server)
        let error = #expect(throws: HTTP2Error.self) { try end.receive(Array(text.utf8)) }
        guard case .peerViolation? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        _ = try? end.output()
    }

    @Test("seeded garbage after a good start never traps and ends in a typed error or a GOAWAY", arguments: 0..<20 as Range<UInt64>)
    func garbage(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        for role in [HTTP2Session.Role.server, .client] {
            for _ in 0..<25 {
                let end = try SessionEnd(role)
                end.onHead = { $0.submitResponse(SessionPair.ok, stream: $1) }
                let peer = try SessionEnd(role == .server ? .client : .server)
                try end.receive(peer.output())
                if role == .client { try end.session.submitRequest(SessionPair.head(), stream: RecordingStream()) }
                _ = try end.output()
                for _ in 0..<30 {
                    do throws(HTTP2Error) {
                        try end.receive(Self.frame(&random))
                    } catch {
                        break
                    }
                    _ = try? end.output()
                }
                _ = try? end.output()
                end.session.closeStreams(.connectionLost)
                #expect(end.session.streamCount == 0, "seed \(seed)")
                #expect(end.streams.allSatisfy { $0.closures.count == 1 }, "seed \(seed)")
            }
        }
    }

    @Test("a good conversation with seeded bytes changed never traps", arguments: 0..<20 as Range<UInt64>)
    func mutated(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let source = try SessionPair()
        for _ in 0..<3 {
            let stream = try source.request([("x-a", "value"), ("te", "trailers")])
            source.client.session.send([UInt8](repeating: 3, count: 50), on: stream)
            source.client.session.finish(stream)
        }
        let good = try source.client.output()
        for _ in 0..<200 {
            let end = try SessionEnd(.server)
            end.onHead = {
                $0.submitResponse(SessionPair.ok, stream: $1)
                $0.finish($1, trailers: SessionPair.trailers)
            }
            var bytes = good
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                bytes[Int.random(in: 24..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            try? end.receive(bytes)
            _ = try? end.output()
            end.session.closeStreams(.connectionLost)
            #expect(end.streams.allSatisfy { $0.closures.count == 1 }, "seed \(seed)")
        }
    }

    /// A frame with a plausible head and random contents, or bytes that are no frame.
    private static func frame(_ random: inout SeededRandom) -> [UInt8] {
        let payload = (0..<Int.random(in: 0...40, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
        guard Int.random(in: 0..<10, using: &random) > 0 else { return payload }
        let type = UInt8.random(in: 0...11, using: &random)
        let id = [0, 1, 3, 5, 7].randomElement(using: &random) ?? 0
        return [0, 0, UInt8(payload.count), type, UInt8.random(in: 0...255, using: &random), 0, 0, 0, UInt8(id)] + payload
    }
}
