import SampanHTTP2
import StoreTestSupport
import Testing

@Suite("HTTP/2 sessions in memory")
struct SessionTests {
    @Test("request and response, in pieces of every size", arguments: [1, 2, 9, 10, 1_000, .max])
    func exchange(step: Int) throws {
        let pair = try SessionPair(step: step)
        let payload = (0..<40_000).map { UInt8(truncatingIfNeeded: $0) }
        let stream = try pair.request([("x-a", "1")])
        pair.client.session.send(payload, on: stream)
        pair.client.session.finish(stream)
        try pair.settle()
        let served = try #require(pair.server.streams.first)
        #expect(served.fields["x-a"] == "1")
        #expect(served.body == payload)
        #expect(served.endCount == 1)
        #expect(pair.server.streams.count == 1)

        pair.server.session.submitResponse(SessionPair.ok, stream: served)
        pair.server.session.send([1, 2], on: served)
        pair.server.session.send([3], on: served)
        pair.server.session.finish(served, trailers: SessionPair.trailers)
        try pair.settle()
        #expect(stream.fields == [":status": "200", "grpc-status": "0"])
        #expect(stream.heads == [false, true])
        #expect(stream.body == [1, 2, 3])
        for end in [stream, served] { #expect(end.closures == [.noError]) }
        #expect(pair.client.session.streamCount == 0)
        #expect(pair.server.session.streamCount == 0)
        #expect(pair.client.settings == [1_000])
    }

    @Test("an answer of trailers only ends the stream with its head")
    func trailersOnly() throws {
        let pair = try SessionPair()
        let stream = try pair.request()
        pair.client.session.finish(stream)
        try pair.settle()
        let served = try #require(pair.server.streams.first)
        pair.server.session.submitResponseOnly(SessionPair.block([(":status", "200"), ("grpc-status", "5")]), stream: served)
        try pair.settle()
        #expect(stream.heads == [true])
        #expect(stream.fields["grpc-status"] == "5")
        #expect(stream.closures == [.noError])
    }

    @Test("a server that answers before the request has ended resets with NO_ERROR after its answer")
    func early() throws {
        let pair = try SessionPair()
        let stream = try pair.request()
        pair.client.session.send([UInt8](repeating: 1, count: 10), on: stream)
        try pair.settle()
        let served = try #require(pair.server.streams.first)
        pair.server.session.submitResponseOnly(SessionPair.block([(":status", "200"), ("grpc-status", "8")]), stream: served)
        try pair.settle()
        #expect(stream.heads == [true])
        #expect(stream.closures == [.noError])
        #expect(served.closures == [.noError])
    }

    @Test("a sender stops at the window of a reader that consumes nothing, and goes on when it does")
    func flowControl() throws {
        var settings = HTTP2Settings()
        settings.initialStreamWindow = 70_000
        let pair = try SessionPair(server: settings)
        let stream = try pair.request()
        // Only once the server's SETTINGS have come does the client know the window.
        try pair.settle()
        pair.client.session.send([UInt8](repeating: 1, count: 200_000), on: stream)
        try pair.settle()
        let served = try #require(pair.server.streams.first)
        #expect(served.body.count == 70_000)
        #expect(stream.outboundBytes == 130_000)
        pair.server.session.consumeStream(served, 50_000)
        try pair.settle()
        #expect(served.body.count == 120_000)
        // Another stream is not held back by the first.
        let other = try pair.request()
        pair.client.session.send([2, 2], on: other)
        try pair.settle()
        #expect(pair.server.streams.last?.body == [2, 2])
        while served.body.count < 200_000 {
            let before = served.body.count
            pair.server.session.consumeStream(served, 70_000)
            try pair.settle()
            #expect(served.body.count > before)
        }
        #expect(stream.drainCount == 1)
    }

    @Test("more streams at their window than the connection's window holds do not stop another")
    func connectionWindow() throws {
        let pair = try SessionPair()
        try pair.settle()
        // 32 streams of 256 KiB are twice the connection's window.
        for _ in 0..<32 {
            let stream = try pair.request()
            pair.client.session.send([UInt8](repeating: 1, count: 256 * 1_024), on: stream)
        }
        try pair.settle()
        #expect(pair.server.streams.allSatisfy { $0.body.count == 256 * 1_024 })
    }

    @Test("a reset reaches the other side, whoever sends it", arguments: [true, false])
    func resets(byClient: Bool) throws {
        let pair = try SessionPair()
        let stream = try pair.request()
        pair.client.session.send([1], on: stream)
        try pair.settle()
        let served = try #require(pair.server.streams.first)
        if byClient {
            pair.client.session.reset(stream, .cancel)
        } else {
            pair.server.session.reset(served, .enhanceYourCalm)
        }
        try pair.settle()
        for end in [stream, served] { #expect(end.closures == [byClient ? .cancel : .enhanceYourCalm]) }
        // Commands for a stream that has gone are dropped.
        pair.client.session.send([1], on: stream)
        pair.client.session.finish(stream)
        pair.client.session.reset(stream, .cancel)
        pair.server.session.submitResponse(SessionPair.ok, stream: served)
        pair.server.session.finish(served, trailers: SessionPair.trailers)
        pair.server.session.consumeStream(served, 1)
        try pair.settle()
        #expect(stream.closures.count == 1)
        #expect(served.closures.count == 1)
    }

    @Test("a request that is reset before it has left ends too, and leaves nothing behind")
    func resetBeforeSending() throws {
        let pair = try SessionPair()
        try pair.settle()
        let stream = try pair.request()
        pair.client.session.send([1], on: stream)
        pair.client.session.reset(stream, .cancel)
        try pair.settle()
        #expect(stream.closures == [.cancel])
        #expect(pair.client.session.streamCount == 0)
        #expect(pair.server.streams.isEmpty)
    }

    @Test("a stream that the server does not want is refused")
    func refused() throws {
        let pair = try SessionPair()
        pair.server.refusesStreams = true
        let stream = try pair.request()
        pair.client.session.send([1], on: stream)
        try pair.settle()
        #expect(stream.closures == [.refusedStream])
        #expect(pair.server.session.streamCount == 0)
    }

    @Test("streams above the server's limit wait until there is room")
    func concurrency() throws {
        var settings = HTTP2Settings()
        settings.maximumConcurrentStreams = 2
        let pair = try SessionPair(server: settings)
        try pair.settle()
        #expect(pair.client.settings == [2])
        let streams = try (0..<5).map { _ in try pair.request() }
        try pair.settle()
        #expect(pair.server.streams.count == 2)
        pair.client.session.reset(streams[0], .cancel)
        try pair.settle()
        #expect(pair.server.streams.count == 3)
    }

    @Test("GOAWAY in two phases: what is on its way is taken, what is open goes on, what comes later is refused")
    func goAway() throws {
        let pair = try SessionPair()
        let first = try pair.request()
        try pair.settle()
        let onItsWay = try pair.request()
        let bytes = try pair.client.output()
        pair.server.session.submitShutdownNotice()
        pair.server.session.ping(.fence)
        let notice = try pair.server.output()
        try pair.server.receive(bytes)
        try pair.client.receive(notice)
        #expect(pair.client.goAways.map(\.last) == [.max])
        let late = try pair.request()
        try pair.settle()
        #expect(late.closures == [.refusedStream])
        #expect(pair.server.pingAcks == 1)
        pair.server.session.submitGoAway(.noError)
        try pair.settle()
        #expect(pair.client.goAways.map(\.last) == [.max, onItsWay.id])
        #expect(pair.server.streams.count == 2)
        #expect(!pair.server.session.isFinished)
        for stream in pair.server.streams {
            pair.server.session.submitResponseOnly(SessionPair.block([(":status", "200")]), stream: stream)
        }
        try pair.settle()
        #expect(first.heads == [true])
        #expect(onItsWay.heads == [true])
        #expect(pair.server.session.isFinished)
        #expect(pair.client.session.isFinished)
    }

    @Test("streams above the last id of a GOAWAY end as refused")
    func goAwayRefuses() throws {
        let pair = try SessionPair()
        let taken = try pair.request()
        try pair.settle()
        let lost = try pair.request()
        _ = try pair.client.output()
        pair.server.session.submitGoAway(.noError)
        try pair.settle()
        #expect(taken.closures.isEmpty)
        #expect(lost.closures == [.refusedStream])
    }

    @Test("stream ids that run out say so")
    func exhausted() throws {
        let pair = try SessionPair()
        pair.client.session.skipStreamIDs(to: .max)
        let last = try pair.request()
        try pair.settle()
        #expect(last.id == .max)
        #expect(throws: HTTP2Error.notAccepting) { try pair.request() }
    }

    @Test("a header list at the limit passes, one byte more resets its stream alone", arguments: [(0, true), (1, false)])
    func headerList(excess: Int, isTaken: Bool) throws {
        var settings = HTTP2Settings()
        settings.maximumHeaderListSize = 8_192
        let pair = try SessionPair(server: settings)
        let other = try pair.request()
        try pair.settle()
        let fixed = [(":method", "POST"), (":scheme", "http"), (":path", "/a.S/M"), (":authority", "h"), ("x", "")]
        let used = fixed.reduce(0) { $0 + $1.0.utf8.count + $1.1.utf8.count + 32 }
        let stream = try pair.request([("x", String(repeating: "v", count: 8_192 - used + excess))])
        try pair.settle()
        #expect(stream.closures.isEmpty == isTaken)
        #expect(pair.server.streams.last?.heads.isEmpty == !isTaken)
        #expect(other.closures.isEmpty)
        pair.client.session.send([1], on: other)
        try pair.settle()
        #expect(pair.server.streams.first?.body == [1])
    }

    @Test("a header list over four times the limit ends its connection, also one that takes several turns")
    func headerListInPieces() throws {
        var settings = HTTP2Settings()
        settings.maximumHeaderListSize = 8_192
        let pair = try SessionPair(server: settings)
        try pair.settle()
        let stream = try pair.request((0..<10).map { ("x-\($0)", String(repeating: "v", count: 4_000)) })
        var rest = try pair.client.output()[...]
        let error = #expect(throws: HTTP2Error.self) {
            while !rest.isEmpty {
                rest = rest.dropFirst(try pair.server.receive(rest, TurnAllowance(frames: 1, fieldBytes: .max)))
                // What there is to say leaves between the pieces.
                try pair.client.receive(pair.server.output())
            }
        }
        #expect(error == .flood(.headerList))
        #expect(stream.closures.isEmpty)
    }

    @Test("the end of the connection ends every stream once")
    func lost() throws {
        let pair = try SessionPair()
        let streams = try (0..<3).map { _ in try pair.request() }
        try pair.settle()
        pair.server.session.closeStreams(.connectionLost)
        pair.client.session.closeStreams(.connectionLost)
        for stream in streams + pair.server.streams { #expect(stream.closures == [.connectionLost]) }
        #expect(pair.client.session.streamCount == 0)
    }
}
