@testable import SampanHTTP2
import SampanTestSupport

/// Two joined sessions whose streams do what a seed says, from inside their callbacks too. No stream is held by anything but its session.
final class SessionStorm {
    private final class End: HTTP2SessionDelegate {
        let session: HTTP2Session
        unowned let storm: SessionStorm

        init(_ role: HTTP2Session.Role, _ memory: HTTP2Memory, _ storm: SessionStorm) throws {
            self.storm = storm
            session = try HTTP2Session(role: role, settings: HTTP2Settings(), memory: memory)
            session.delegate = self
        }

        func makeStream() -> HTTP2Stream? { storm.draw(30) == 0 ? nil : storm.takeIn(session) }
        func receivedSettings(maximumConcurrentStreams: UInt32) {}
        func receivedGoAway(lastStreamID: Int32, code: HTTP2ErrorCode) {
            if storm.draw(3) == 0 { session.closeStreams(.connectionLost) }
        }
        func receivedPingAck(_ ping: HTTP2Ping?) {
            if storm.draw(2) == 0 { storm.harmAny(session) }
        }
    }

    private let census: Census
    private let memory = HTTP2Memory()
    private var random: SeededRandom
    private var client: End?
    private var server: End?
    private(set) var opened = 0
    private(set) var closed = 0
    private(set) var closedTwice = 0
    /// Streams that were renewed in `closed`, and wait for another session.
    private var renewed: [MortalStream] = []

    init(_ census: Census, seed: UInt64) throws {
        self.census = census
        random = SeededRandom(seed: seed)
        try connect()
    }

    /// Opens requests, carries bytes and replaces sessions that have ended, then loses the connection.
    func run(rounds: Int) throws {
        for _ in 0..<rounds {
            for _ in 0..<draw(12) { try request() }
            do throws(HTTP2Error) {
                try carry(client, server)
                try carry(server, client)
            } catch {
                lose()
            }
            if client?.session.isFinished != false || server?.session.isFinished != false || draw(20) == 0 {
                lose()
                try connect()
            }
        }
        lose()
        renewed = []
    }

    private func connect() throws {
        // Both share the blocks of one thread, as in a loop.
        client = try End(.client, memory, self)
        server = try End(.server, memory, self)
    }

    private func lose() {
        for end in [client, server] {
            end?.session.closeStreams(.connectionLost)
            end?.session.delegate = nil
        }
        (client, server) = (nil, nil)
    }

    fileprivate func draw(_ count: Int) -> Int { Int.random(in: 0..<count, using: &random) }

    private func request() throws {
        guard let session = client?.session else { return }
        let stream = renewed.popLast() ?? MortalStream(census) { [unowned self] in react(to: $0, $1) }
        do throws(HTTP2Error) {
            try session.submitRequest(SessionPair.head([("x-name", "陈")]), stream: stream)
        } catch {
            // After a GOAWAY no stream begins.
            return
        }
        begin(stream, session)
        session.send([UInt8](repeating: 7, count: draw(40_000)), on: stream)
        if draw(2) == 0 { session.finish(stream) }
    }

    fileprivate func takeIn(_ session: HTTP2Session) -> MortalStream {
        let stream = MortalStream(census) { [unowned self] in react(to: $0, $1) }
        begin(stream, session)
        return stream
    }

    private func begin(_ stream: MortalStream, _ session: HTTP2Session) {
        opened += 1
        stream.opens(on: session)
    }

    private func react(to moment: MortalStream.Moment, _ stream: MortalStream) {
        guard let session = stream.session else { return }
        if moment == .closed {
            closed(stream, session)
            return
        }
        if session.role == .server, moment == .head {
            session.submitResponse(SessionPair.ok, stream: stream)
            session.send([UInt8](repeating: 7, count: draw(30_000)), on: stream)
        }
        switch draw(60) {
        case 0: session.reset(stream, .cancel)
        case 1: harmAny(session)
        case 2: session.closeStreams(.connectionLost)
        case 3: session.submitGoAway(.noError)
        case 4: session.terminate(.enhanceYourCalm)
        case 5: session.submitShutdownNotice()
        case 6: session.ping(.fence)
        case 7...30 where session.role == .server: session.finish(stream, trailers: SessionPair.trailers)
        case 7...30: session.finish(stream)
        default: session.consumeStream(stream, draw(20_000))
        }
    }

    private func closed(_ stream: MortalStream, _ session: HTTP2Session) {
        closed += 1
        if stream.closeCount != stream.openCount { closedTwice += 1 }
        if session.role == .client, draw(4) == 0 {
            stream.renew()
            renewed.append(stream)
        }
        if draw(8) == 0 { harmAny(session) }
    }

    /// Ends streams that are open, not the one whose callback it is.
    fileprivate func harmAny(_ session: HTTP2Session) {
        let streams = session.openStreams
        guard !streams.isEmpty else { return }
        switch draw(3) {
        case 0: session.closeStreams(.connectionLost)
        case 1: session.reset(streams[draw(streams.count)], .cancel)
        default: for stream in streams where draw(2) == 0 { session.reset(stream, .refusedStream) }
        }
    }

    /// Carries what one end has to say, in pieces.
    private func carry(_ from: End?, _ to: End?) throws(HTTP2Error) {
        guard let from, let to else { return }
        var bytes: [UInt8] = []
        while let chunk = try unsafe from.session.nextOutput() { unsafe bytes.append(contentsOf: chunk) }
        var offset = 0
        while offset < bytes.count {
            let count = min(bytes.count - offset, 1 + draw(30_000))
            try receive(bytes[offset..<offset + count], at: to)
            offset += count
        }
    }

    private func receive(_ bytes: ArraySlice<UInt8>, at end: End) throws(HTTP2Error) {
        let result: Result<Void, HTTP2Error> = unsafe bytes.withUnsafeBytes { buffer in
            do throws(HTTP2Error) {
                try unsafe end.session.receive(buffer)
                return .success(())
            } catch {
                return .failure(error)
            }
        }
        try result.get()
    }
}
