internal import SampanHTTP2

/// What a peer says to a session after a good start, cut anywhere: the same events in the same order, every stream closed exactly once, and
/// never more said than a multiple of what was heard. The first byte chooses whether streams are answered.
extension FuzzTarget {
    static let http2Server = FuzzTarget(
        "http2-server", dictionary: frames + [HTTP2Talk.call], samples: { _ in [[0] + HTTP2Talk.call, [1] + HTTP2Talk.call] }
    ) { HTTP2Talk.flaw(.server, $0) }

    static let http2Client = FuzzTarget(
        "http2-client", dictionary: frames + [HTTP2Talk.answer], samples: { _ in [[0] + HTTP2Talk.answer, [1] + HTTP2Talk.answer] }
    ) { HTTP2Talk.flaw(.client, $0) }

    /// Heads of frames of every type, and fields of HPACK.
    private static let frames: [[UInt8]] =
        (0..<10).map { [0, 0, 8, $0, 4, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1] }
        + [
            [0, 0, 0, 4, 1, 0, 0, 0, 0], [0, 0, 6, 4, 0, 0, 0, 0, 0, 0, 4, 0x7F, 0xFF, 0xFF, 0xFF], [0, 0, 0, 9, 4, 0, 0, 0, 1],
            [0, 0, 4, 8, 0, 0, 0, 0, 0, 0x7F, 0xFF, 0xFF, 0xFF], [0x82], [0x83], [0x84], [0x86], [0x88], [0xBE], [0x3F, 0xE1, 0x1F], [0x20],
            [0x40, 1, 0x61, 1, 0x62], [0, 0x0A] + "connection".word + [1, 0x61], [0, 2] + "te".word + [8] + "trailers".word,
        ]
}

/// One conversation with a session.
private enum HTTP2Talk {
    /// A whole call as our own client says it, without the preface and SETTINGS.
    static let call = frame(1, 4, head(request)) + frame(0, 1, [0, 0, 0, 0, 1, 7])
    static let request = [(":method", "POST"), (":scheme", "http"), (":path", "/a.S/M"), (":authority", "h")]
    /// A whole answer.
    static let answer = frame(1, 4, [0x88]) + frame(0, 0, [0, 0, 0, 0, 1, 7]) + frame(1, 5, head([("grpc-status", "0")]))

    private static func frame(_ type: UInt8, _ flags: UInt8, _ payload: [UInt8]) -> [UInt8] {
        [0, 0, UInt8(payload.count), type, flags, 0, 0, 0, 1] + payload
    }

    private static func head(_ fields: [(String, String)]) -> [UInt8] {
        var bytes: [UInt8] = []
        for (name, value) in fields {
            bytes += [0, UInt8(name.utf8.count)] + name.word
            bytes += [UInt8(value.utf8.count)] + value.word
        }
        return bytes
    }

    static func flaw(_ role: HTTP2Session.Role, _ bytes: [UInt8]) -> String? {
        let answers = (bytes.first ?? 0) & 1 == 1
        let said = Array(bytes.dropFirst())
        guard let whole = Heard(role, said, step: max(1, said.count), answers) else { return "a session that cannot be made" }
        if let flaw = whole.flaw { return flaw }
        // A frame of nine bytes may be answered with one of 17; what we send of ourselves is the opening and one GOAWAY.
        guard whole.output <= 4 * said.count + 4_096 else { return "\(whole.output) bytes said for \(said.count)" }
        for step in [1, 7] {
            guard let cut = Heard(role, said, step: step, answers) else { continue }
            if let flaw = cut.flaw { return "cut by \(step): \(flaw)" }
            // nghttp2 counts a CONTINUATION for each piece of its head, so that one cut into nine is over the limit of eight.
            if cut.log.contains("failed flood(SampanHTTP2.FloodKind.unanswered)") { continue }
            // After GOAWAY the connection may be over, and what else came in one piece with it may be heard or not.
            if cut.log.contains(where: { $0.hasPrefix("goaway") }), whole.log.starts(with: cut.log.dropLast(cut.tail)) { continue }
            if cut.log != whole.log { return "cut by \(step): \(cut.log) instead of \(whole.log)" }
        }
        return nil
    }

    /// Everything that a session tells its owner, in order.
    private final class Log {
        private(set) var lines: [String] = []
        private var bodyOf: Int32?

        func note(_ line: String) {
            lines.append(line)
            bodyOf = nil
        }

        /// Pieces of a body are one: where they are cut says nothing.
        func body(_ id: Int32, _ bytes: [UInt8]) {
            if bodyOf != id { note("\(id) body ") }
            bodyOf = id
            lines[lines.count - 1] += bytes.map { String($0, radix: 16) }.joined(separator: ".") + "."
        }
    }

    private final class Stream: HTTP2Stream {
        let log: Log
        var closures = 0
        var onHead: ((Stream) -> Void)?

        init(_ log: Log) { self.log = log }

        override func received(headerName: Span<UInt8>, value: Span<UInt8>) -> Bool {
            log.note("\(id) \(headerName.indices.map { headerName[$0] }) \(value.indices.map { value[$0] })")
            return true
        }

        override func receivedHeaders(endStream: Bool) {
            log.note("\(id) head \(endStream)")
            onHead?(self)
            onHead = nil
        }

        override func received(data: RawSpan) { log.body(id, unsafe data.withUnsafeBytes { unsafe Array($0) }) }
        override func receivedEnd() { log.note("\(id) end") }
        override func closed(_ code: HTTP2ErrorCode) {
            log.note("\(id) closed \(code.rawValue)")
            closures += 1
        }
    }

    private final class Heard: HTTP2SessionDelegate {
        let session: HTTP2Session
        private let events = Log()
        private var streams: [Stream] = []
        private let answers: Bool
        private(set) var output = 0
        private(set) var flaw: String?
        /// Events that came only because the conversation was ended.
        private(set) var tail = 0

        var log: [String] { events.lines }

        init?(_ role: HTTP2Session.Role, _ said: [UInt8], step: Int, _ answers: Bool) {
            guard let session = try? HTTP2Session(role: role, settings: HTTP2Settings()) else { return nil }
            self.session = session
            self.answers = answers
            session.delegate = self
            let settings: [UInt8] = [0, 0, 0, 4, 0, 0, 0, 0, 0]
            if role == .client {
                let stream = Stream(events)
                streams.append(stream)
                try? session.submitRequest(Self.request, stream: stream)
                if answers { session.send([0, 0, 0, 0, 1, 7], on: stream) }
                _ = drain()
                hear(settings, settings.count)
            } else {
                hear(Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8) + settings, 64)
            }
            output = 0
            hear(said, step)
            _ = drain()
            let heard = events.lines.count
            session.closeStreams(.connectionLost)
            tail = events.lines.count - heard
            session.delegate = nil
            if session.streamCount != 0 { flaw = "\(session.streamCount) streams left" }
            if let odd = streams.first(where: { $0.closures != 1 }) { flaw = "stream \(odd.id) was closed \(odd.closures) times" }
        }

        private static let request: HeaderBlock = {
            var head = HeaderBlock()
            for (name, value) in HTTP2Talk.request { head.append(name, value) }
            return head
        }()

        private func hear(_ bytes: [UInt8], _ step: Int) {
            for start in stride(from: 0, to: bytes.count, by: step) {
                let piece = Array(bytes[start..<min(bytes.count, start + step)])
                do {
                    try unsafe piece.withUnsafeBytes { try unsafe session.receive($0) }
                } catch {
                    return events.note("failed \(error)")
                }
            }
        }

        private func drain() -> Bool {
            while let chunk = try? unsafe session.nextOutput() { output += chunk.count }
            return true
        }

        func makeStream() -> HTTP2Stream? {
            let stream = Stream(events)
            if answers {
                stream.onHead = { [session] stream in
                    var head = HeaderBlock()
                    head.append(":status", "200")
                    session.submitResponse(head, stream: stream)
                    session.send([0, 0, 0, 0, 1, 7], on: stream)
                    var trailers = HeaderBlock()
                    trailers.append("grpc-status", "0")
                    session.finish(stream, trailers: trailers)
                }
            }
            streams.append(stream)
            return stream
        }

        func receivedSettings(maximumConcurrentStreams: UInt32) { events.note("settings \(maximumConcurrentStreams)") }
        func receivedGoAway(lastStreamID: Int32, code: HTTP2ErrorCode) { events.note("goaway \(lastStreamID) \(code.rawValue)") }
        func receivedPingAck(_ ping: HTTP2Ping?) { events.note("ping \(String(describing: ping))") }
    }
}
