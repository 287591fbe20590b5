import SampanRPC
import SampanTransport
import StoreTestSupport
import Synchronization
import Testing

@Suite("Calls that are passed on", .timeLimit(.minutes(20)))
struct RelayTests {
    private static let late = ListedMethods.descriptor("Late", .bidirectionalStreaming)
    private static let told = ListedMethods.descriptor("Told")

    @Test("all four kinds, with messages of every size", arguments: [1, 2])
    func kinds(loops: Int) async throws {
        try await RelayFixture.with(loops: loops) { fixture in
            for size in [0, 1, 1_000, 16_384, 300_000, 4_000_000] {
                try await fixture.echo([UInt8](repeating: 7, count: size))
            }
            let down = try await fixture.channel.open(EchoService.down, .defaults)
            try await down.send(FramedMessage(payload: [200, 9, 9]))
            await down.finish()
            for index in 0..<200 { #expect(try await down.next() == [UInt8(index), 9, 9]) }
            #expect(try await down.next() == nil)
            let up = try await fixture.channel.open(EchoService.up, .defaults)
            for _ in 0..<100 { try await up.send(FramedMessage(payload: [UInt8](repeating: 1, count: 10_000))) }
            await up.finish()
            #expect(try await up.next() == Array("1000000".utf8))
            #expect(try await up.next() == nil)
            let bidi = try await fixture.channel.open(EchoService.bidi, .defaults)
            for index in 0..<100 {
                try await bidi.send(FramedMessage(payload: [UInt8(index)]))
                #expect(try await bidi.next() == [UInt8(index)])
            }
            await bidi.finish()
            #expect(try await bidi.next() == nil)
        }
    }

    @Test("metadata, status and details pass in both directions; what a call says of its way goes no further")
    func head() async throws {
        try await RelayFixture.with { fixture in
            var metadata = Metadata()
            try metadata.append("值".utf8.map { $0 }, for: "x-name-bin")
            try metadata.append("a", for: "x-a")
            let asked = metadata
            try metadata.append("4699010002", for: "sampan-to")
            let reply = try await fixture.channel.unary(
                EchoService.unary, FramedMessage(payload: [1]), CallOptions(metadata: metadata))
            #expect(reply.initialMetadata == asked && reply.trailingMetadata == asked)
            #expect(fixture.router.seen.withLock { $0.last?.target } == "4699010002")
            let error = await #expect(throws: RPCError.self) {
                _ = try await fixture.channel.unary(EchoService.fail, FramedMessage(payload: []), .defaults)
            }
            #expect(error?.code == .failedPrecondition && error?.message == "没有号了: 100% full\n" && error?.statusDetails == [8, 9])
            #expect(
                await code { _ = try await fixture.channel.unary(ListedMethods.descriptor("No"), FramedMessage(payload: []), .defaults) }
                    == .unimplemented)
        }
    }

    @Test("the initial metadata comes as soon as the server sends it, not with the first message")
    func earlyHead() async throws {
        let handler = MethodHandler(
            Self.late,
            .streaming { requests, responses, context in
                try await responses.send(FramedMessage(payload: [1]))
                while try await requests.next() != nil {}
            })
        try await RelayFixture.with(methods: [handler]) { fixture in
            let stream = try await fixture.channel.open(Self.late, .defaults)
            _ = try await stream.initialMetadata()
            #expect(try await stream.next() == [1])
            await stream.finish()
            #expect(try await stream.next() == nil)
        }
    }

    @Test("a deadline shrinks on the way, and ends the call at both ends; so does a caller that cancels")
    func ends() async throws {
        let left = Mutex<Duration?>(nil)
        let (cancellations, cancelled) = AsyncStream.makeStream(of: Void.self)
        let told = MethodHandler(
            Self.told,
            .unary { _, context in
                left.withLock { $0 = ContinuousClock.now.duration(to: context.deadline) }
                return try FramedMessage(payload: [])
            })
        let late = MethodHandler(
            Self.late,
            .streaming { _, responses, _ in
                try await responses.send(FramedMessage(payload: [1]))
                await Waiting.untilCancelled()
                cancelled.yield()
            })
        try await RelayFixture.with(methods: [told, late]) { fixture in
            _ = try await fixture.channel.unary(Self.told, FramedMessage(payload: []), CallOptions(timeout: .seconds(30)))
            let seen = try #require(left.withLock { $0 })
            #expect(seen < .seconds(30) && seen > .zero)
            var ends = cancellations.makeAsyncIterator()
            // On a busy machine a deadline may pass before the call has begun over there: the next has more time.
            var (timeout, hasBegun) = (Duration.milliseconds(50), false)
            while !hasBegun {
                let stream = try await fixture.channel.open(Self.late, CallOptions(timeout: timeout))
                hasBegun = (try? await stream.next()) == [1]
                if hasBegun { #expect(await code { _ = try await stream.next() } == .deadlineExceeded) }
                timeout = timeout * 2
            }
            await ends.next()
            let stream = try await fixture.channel.open(Self.late, .defaults)
            #expect(try await stream.next() == [1])
            stream.cancel()
            await ends.next()
        }
    }

    @Test("where the word of the far end comes in the turn in which the deadline is noticed, the caller hears it, and no reset")
    func deadlineAtOnce() async throws {
        let handler = MethodHandler(Self.late, .streaming { _, _, _ in await Waiting.untilCancelled() })
        // Keeps the loop of the relay from looking at anything until the deadline of another call is over.
        let hold = MethodHandler(
            ListedMethods.descriptor("Hold"),
            .unary { _, _ in
                let end = ContinuousClock.now.advanced(by: .milliseconds(20))
                while ContinuousClock.now < end {}
                return try FramedMessage(payload: [])
            })
        try await EchoFixture.with(methods: [handler]) { echo in
            let groups = try [EventLoopGroup(count: 1), EventLoopGroup(count: 1)]
            let router = OnwardRouter(groups[0], echo.address)
            var configuration = ServerConfiguration()
            configuration.maximumCallDuration = .milliseconds(10)
            let relay = try GRPCServer(
                group: groups[0], services: [ListedMethods(methodHandlers: [hold])], configuration: configuration, tls: nil, router: router)
            let address = try await relay.listen(on: try #require(SocketAddress(host: "127.0.0.1", port: 0)))
            let channel = ClientChannel(group: groups[1], host: address.host, port: address.port, tls: nil)
            for _ in 0..<20 {
                let stream = try await channel.open(Self.late, .defaults)
                // Over there the call has begun, so that its deadline is told and counted.
                #expect(await code { _ = try await channel.unary(hold.method, FramedMessage(payload: []), .defaults) } != .cancelled)
                #expect(await code { _ = try await stream.next() } == .deadlineExceeded)
            }
            await channel.shutdown(grace: .zero)
            await relay.shutdown(grace: .zero)
            await router.channel.shutdown(grace: .zero)
            for group in groups { await group.shutdown() }
        }
    }

    /// Window and buffer of each of the two connections, 256 + 64 KiB.
    private static let most = 120

    @Test("a reader that does not read holds the writer at the far end back, and nobody else; then it gets everything")
    func slowReader() async throws {
        let ends = SlowEnds(count: 2_000, most: Self.most)
        try await RelayFixture.with(methods: ends.methods) { fixture in
            try await ends.slowReader(fixture.channel) { try await fixture.echo($0) }
        }
    }

    @Test("a handler that does not read holds the caller back")
    func slowHandler() async throws {
        let ends = SlowEnds(count: 2_000, most: Self.most)
        try await RelayFixture.with(methods: ends.methods) { fixture in
            try await ends.slowHandler(fixture.channel) { try await fixture.echo($0) }
        }
    }

    @Test("compressed messages pass as they are; who takes none gets none", arguments: [MessageEncoding.identity, .gzip])
    func compression(encoding: MessageEncoding) async throws {
        let handler = MethodHandler(
            Self.told,
            .unary { request, context in
                context.compressesResponses = true
                return try FramedMessage(payload: [context.lastRequestWasCompressed ? 1 : 0] + request)
            })
        try await RelayFixture.with(methods: [handler]) { fixture in
            let text = [UInt8](repeating: 65, count: 5_000)
            let reply = try await fixture.channel.unary(
                Self.told, FramedMessage(payload: text), CallOptions(compression: encoding))
            #expect(reply.message == [encoding == .gzip ? 1 : 0] + text)
        }
    }

    @Test("a next node that is not there: the caller hears where the call was lost; one that comes back serves the next call")
    func lost() async throws {
        try await RelayFixture.with { fixture in
            try await fixture.echo()
            let stream = try await fixture.channel.open(EchoService.watch, .defaults)
            await stream.finish()
            #expect(try await stream.next() == [1])
            let hanging = Task { try await fixture.channel.unary(EchoService.hang, FramedMessage(payload: []), .defaults) }
            await fixture.behind.server.shutdown(grace: .zero)
            // The server's own word, or the loss of its connection: whichever came first.
            #expect(await code { while try await stream.next() != nil {} } == .unavailable)
            #expect(await code { _ = try await hanging.value } != nil)
            let error = await #expect(throws: RPCError.self) { try await fixture.echo() }
            #expect(error?.code == .unavailable && error?.message.hasPrefix("on the way to behind: ") == true)
        }
    }

    @Test("the relay's interceptors see each call: admitted, or refused before anything is passed on")
    func interceptors() async throws {
        let interceptor = RecordingInterceptor(refusing: ["Down"])
        try await RelayFixture.with(interceptors: [interceptor]) { fixture in
            try await fixture.echo()
            let stream = try await fixture.channel.open(EchoService.down, .defaults)
            #expect(await code { _ = try await stream.next() } == .permissionDenied)
            var ends = interceptor.ends.makeAsyncIterator()
            #expect(await ends.next() == .ok)
            #expect(await ends.next() == .permissionDenied)
        }
    }

    @Test("a server without a router serves nobody's call for another, whatever it is", arguments: ["sampan-to", "sampan-via"])
    func noRouter(field: String) async throws {
        try await EchoFixture.with { fixture in
            var metadata = Metadata()
            try metadata.append("4699010002", for: field)
            let options = CallOptions(metadata: metadata)
            #expect(await code { try await fixture.echo([1], options) } == .unimplemented)
            try await fixture.echo()
        }
    }

    @Test("thousands of calls over few connections, some of them cancelled, leave nothing behind")
    func many() async throws {
        try await RelayFixture.with(loops: 2) { fixture in
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                for worker in 0..<16 {
                    tasks.addTask {
                        for index in 0..<100 {
                            if (worker + index) % 5 == 0 {
                                let options = CallOptions(timeout: .milliseconds(2))
                                _ = await code {
                                    _ = try await fixture.channel.unary(EchoService.hang, FramedMessage(payload: []), options)
                                }
                            } else {
                                try await fixture.echo([UInt8](repeating: 1, count: 1_000))
                            }
                        }
                    }
                }
                try await tasks.waitForAll()
            }
            try await fixture.echo()
            #expect(await fixture.relay.waitingResponseBytes == 0)
        }
    }
}
