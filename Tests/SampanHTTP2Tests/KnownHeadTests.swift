@testable import SampanHTTP2
import SampanTestSupport
import Testing

/// A server whose streams keep heads has to read the same as one whose streams do not.
@Suite("Heads like the last one")
struct KnownHeadTests {
    /// What streams of one connection keep.
    private final class Kept {
        var fields: [String] = []
        var reads = 0
    }

    private final class Stream: HTTP2Stream {
        private let kept: Kept?
        private(set) var fields: [String] = []
        private(set) var heads = 0
        private(set) var end: HTTP2ErrorCode?

        init(_ kept: Kept?) { self.kept = kept }

        override var keepsHeads: Bool { kept != nil }
        override func keepHead() { kept?.fields = fields }
        override func restoreHead() { fields = kept?.fields ?? [] }

        override func received(headerName: Span<UInt8>, value: Span<UInt8>) -> Bool {
            kept?.reads += 1
            fields.append("\(Self.text(headerName))=\(Self.text(value))")
            return true
        }

        private static func text(_ span: Span<UInt8>) -> String {
            String(decoding: span.indices.map { span[$0] }, as: UTF8.self)
        }

        override func receivedHeaders(endStream: Bool) { heads += 1 }
        override func closed(_ code: HTTP2ErrorCode) { end = code }
    }

    private final class Server: HTTP2SessionDelegate {
        let session: HTTP2Session
        let kept: Kept?
        private(set) var streams: [Stream] = []

        init(keeps: Bool) throws {
            kept = keeps ? Kept() : nil
            session = try HTTP2Session(role: .server, settings: HTTP2Settings())
            session.delegate = self
        }

        func makeStream() -> HTTP2Stream? {
            let stream = Stream(kept)
            streams.append(stream)
            return stream
        }

        func receivedSettings(maximumConcurrentStreams: UInt32) {}
        func receivedGoAway(lastStreamID: Int32, code: HTTP2ErrorCode) {}
        func receivedPingAck(_ ping: HTTP2Ping?) {}

        func receive(_ bytes: [UInt8]) throws {
            try unsafe bytes.withUnsafeBytes { try unsafe session.receive($0) }
            while try unsafe session.nextOutput() != nil {}
        }

        /// The delegate holds the session and is held by it.
        func end() {
            session.closeStreams(.cancel)
            session.delegate = nil
        }
    }

    private static let base = [(":method", "POST"), (":scheme", "http"), (":path", "/a.S/M"), (":authority", "h"), ("te", "trailers")]

    /// Reads the heads in both ways; returns what the keeping server read of each field by field.
    private static func compare(_ heads: [[(String, String)]], _ comment: Comment = "") throws -> [Int] {
        let client = try SessionEnd(.client)
        let (plain, keeping) = (try Server(keeps: false), try Server(keeps: true))
        var reads: [Int] = []
        for head in heads {
            try client.session.submitRequest(SessionPair.block(head), stream: RecordingStream())
            let bytes = try client.output()
            try plain.receive(bytes)
            try keeping.receive(bytes)
            reads.append(keeping.kept?.reads ?? 0)
            keeping.kept?.reads = 0
        }
        #expect(keeping.streams.count == heads.count, comment)
        for (left, right) in zip(plain.streams, keeping.streams) {
            // A head that is refused may have been read in part.
            if left.heads > 0 || right.heads > 0 { #expect(left.fields == right.fields, comment) }
            #expect(left.heads == right.heads && left.end == right.end, comment)
        }
        plain.end()
        keeping.end()
        return reads
    }

    @Test("the same head again is not read again, and a change is read from where it is on")
    func reads() throws {
        let timed = Self.base + [("grpc-timeout", "1S")]
        let longer = Self.base + [("grpc-timeout", "2S")]
        #expect(try Self.compare([Self.base, Self.base, Self.base]) == [5, 5, 0], "the second is kept whole")
        #expect(try Self.compare([timed, longer, timed, longer]) == [6, 6, 1, 1])
        #expect(try Self.compare([Self.base, Self.base, Array(Self.base.dropLast()), Self.base]) == [5, 5, 4, 1])
    }

    @Test("a malformed head between good ones changes nothing for them")
    func malformed() throws {
        let bad = Self.base + [("connection", "close")]
        _ = try Self.compare([Self.base, bad, Self.base, bad, bad, Self.base, Self.base])
        _ = try Self.compare([[(":path", "/")], Self.base, [(":path", "/")], Self.base])
    }

    @Test("seeded sequences of heads are read alike", arguments: 0..<60 as Range<UInt64>)
    func seeded(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let names = ["x-a", "x-b", "user-agent", "grpc-timeout", "content-length", "connection", "x-c-bin", "host"]
        var head = Self.base
        let heads = (0..<40).map { _ in
            switch random.next() % 8 {
            case 0:
                let value = String(repeating: "v", count: Int(random.next() % 3) * 200) + "\(random.next() % 3)"
                head.insert((names[Int(random.next() % UInt64(names.count))], value), at: Int(random.next() % UInt64(head.count + 1)))
            case 1 where !head.isEmpty: head.remove(at: Int(random.next() % UInt64(head.count)))
            case 2: head = Self.base
            case 3: head[2 % max(1, head.count)] = (":path", "/a.S/\(random.next() % 3)")
            case 4: head += (0..<20).map { ("x-\($0)", "\(random.next() % 2)") }
            default: break
            }
            if head.isEmpty { head = Self.base }
            return head
        }
        _ = try Self.compare(heads, "seed \(seed)")
    }
}
