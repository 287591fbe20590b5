import SampanRPC
import SampanTransport
import Synchronization
import Testing

@Suite("Flow, deadlines and limits", .timeLimit(.minutes(20)))
struct FlowTests {
    private static let flood = ListedMethods.descriptor("Flood", .serverStreaming)
    private static let nested = ListedMethods.descriptor("Nested")
    private static let cancelRead = ListedMethods.descriptor("CancelRead", .clientStreaming)

    /// Window and buffer, 256 + 64 KiB.
    private static let most = 40

    @Test("a reader that does not read holds its writer back, and no other call of the connection")
    func slowReader() async throws {
        let ends = SlowEnds(count: 1_000, most: Self.most)
        try await EchoFixture.with(methods: ends.methods) { fixture in
            try await ends.slowReader(fixture.channel) { try await fixture.echo($0) }
        }
    }

    @Test("a handler that does not read holds the client back")
    func slowHandler() async throws {
        let ends = SlowEnds(count: 1_000, most: Self.most)
        try await EchoFixture.with(methods: ends.methods) { fixture in
            try await ends.slowHandler(fixture.channel) { try await fixture.echo($0) }
        }
    }

    @Test("a deadline ends a stream on both sides")
    func streamDeadline() async throws {
        let interceptor = RecordingInterceptor()
        try await EchoFixture.with(interceptors: [interceptor]) { fixture in
            // Connected first, or the deadline may pass before there is anything on the wire.
            try await fixture.echo()
            var ends = interceptor.ends.makeAsyncIterator()
            #expect(await ends.next() == .ok)
            let stream = try await fixture.channel.open(EchoService.bidi, CallOptions(timeout: .milliseconds(50)))
            #expect(await code { _ = try await stream.next() } == .deadlineExceeded)
            #expect(await code { try await stream.send(FramedMessage(payload: [1])) } == .deadlineExceeded)
            let end = await ends.next()
            #expect(end == .deadlineExceeded || end == .cancelled)
        }
    }

    @Test("the server's own maximum ends a call that names no deadline, even when its client takes nothing")
    func serverMaximum() async throws {
        var configuration = ServerConfiguration()
        configuration.maximumCallDuration = .milliseconds(50)
        configuration.statusDeliveryTimeout = .milliseconds(10)
        let handler = MethodHandler(
            Self.flood,
            .streaming { _, responses, _ in
                while true { try await responses.send(FramedMessage(payload: [UInt8](repeating: 1, count: 60_000))) }
            })
        try await EchoFixture.with(configuration: configuration, methods: [handler]) { fixture in
            let stream = try await fixture.channel.open(Self.flood, .defaults)
            await stream.finish()
            // The call has begun on the server: else the end could come before it.
            _ = try await stream.initialMetadata()
            // A graceful end waits for every stream: without the reset this one would live until its reader reads.
            await fixture.server.shutdown(grace: .seconds(3_600))
            var outcome: StatusCode?
            while outcome == nil { outcome = await code { _ = try #require(try await stream.next()) } }
            // A machine so busy that the handler has not filled the window in 50 ms lets the status through in time.
            #expect(outcome == .cancelled || outcome == .deadlineExceeded)
        }
    }

    @Test("a call made inside a handler takes the shorter deadline", arguments: [true, false])
    func nestedDeadline(innerIsShorter: Bool) async throws {
        let inner: Mutex<ClientChannel?> = Mutex(nil)
        let remaining = Mutex<Duration?>(nil)
        let probe = ListedMethods.descriptor("Probe")
        let methods = [
            MethodHandler(
                Self.nested,
                .unary { request, _ in
                    guard let channel = inner.withLock({ $0 }) else { throw CancellationError() }
                    let options = CallOptions(timeout: innerIsShorter ? .seconds(10) : .seconds(1_000))
                    _ = try await channel.unary(probe, FramedMessage(payload: request), options)
                    return try FramedMessage(payload: request)
                }),
            MethodHandler(
                probe,
                .unary { request, context in
                    remaining.withLock { $0 = context.deadline - .now }
                    return try FramedMessage(payload: request)
                }),
        ]
        try await EchoFixture.with(methods: methods) { fixture in
            inner.withLock { $0 = fixture.channel }
            _ = try await fixture.channel.unary(Self.nested, FramedMessage(payload: []), CallOptions(timeout: .seconds(100)))
            let left = try #require(remaining.withLock { $0 })
            let expected = Duration.seconds(innerIsShorter ? 10 : 100)
            // Rounded up, and by the time of a turn: never more than a moment longer.
            #expect(left <= expected + .seconds(1) && left > expected - .seconds(9))
            inner.withLock { $0 = nil }
        }
    }

    @Test("a read whose task is cancelled off the loop ends, whenever that comes")
    func cancelledRead() async throws {
        let handler = MethodHandler(
            Self.cancelRead,
            .streaming { requests, responses, _ in
                for _ in 0..<200 {
                    let task = Task.detached { await code { _ = try await requests.next() } }
                    task.cancel()
                    guard await task.value == .cancelled else { throw RPCError(code: .internal, message: "not cancelled") }
                }
                // The source itself still works.
                try await responses.send(FramedMessage(payload: [3]))
                guard let message = try await requests.next() else { return }
                try await responses.send(FramedMessage(payload: message))
            })
        try await EchoFixture.with(methods: [handler]) { fixture in
            let stream = try await fixture.channel.open(Self.cancelRead, .defaults)
            #expect(try await stream.next() == [3])
            try await stream.send(FramedMessage(payload: [4]))
            await stream.finish()
            #expect(try await stream.next() == [4])
        }
    }

    @Test("a status too long for any client is shortened, not lost", arguments: [1_023, 1_024, 100_000])
    func longStatus(length: Int) async throws {
        let method = ListedMethods.descriptor("Long")
        let handler = MethodHandler(
            method,
            .unary { _, _ in
                var metadata = Metadata()
                try metadata.append(String(repeating: "m", count: length), for: "x-m")
                throw RPCError(
                    code: .notFound, message: String(repeating: "号", count: length), metadata: metadata,
                    statusDetails: [UInt8](repeating: 7, count: length))
            })
        try await EchoFixture.with(methods: [handler]) { fixture in
            let error = await #expect(throws: RPCError.self) {
                try await fixture.channel.unary(method, FramedMessage(payload: []), .defaults)
            }
            #expect(error?.code == .notFound)
            #expect(error?.message == String(repeating: "号", count: 227))
            #expect(error?.statusDetails.count == (length < 2_000 ? length : 0))
            #expect(error?.metadata.count == (length < 2_000 ? 1 : 0))
        }
    }

    @Test("blanks at the ends of a message and of metadata do not cost the call")
    func blanks() async throws {
        let method = ListedMethods.descriptor("Blank")
        let handler = MethodHandler(method, .unary { _, _ in throw RPCError(code: .notFound, message: " 没有 ") })
        try await EchoFixture.with(methods: [handler]) { fixture in
            var metadata = Metadata()
            try metadata.append("  v ", for: "x-a")
            let error = await #expect(throws: RPCError.self) {
                try await fixture.channel.unary(method, FramedMessage(payload: []), CallOptions(metadata: metadata))
            }
            #expect(error?.code == .notFound)
            #expect(error?.message == " 没有 ")
        }
    }

    @Test("metadata that no server takes is RESOURCE_EXHAUSTED for its call alone", arguments: [16_500, 70_000])
    func hugeMetadata(size: Int) async throws {
        try await EchoFixture.with { fixture in
            var metadata = Metadata()
            try metadata.append(String(repeating: "a", count: size), for: "x-a")
            try await fixture.echo()
            #expect(await code { try await fixture.echo([1], CallOptions(metadata: metadata)) } == .resourceExhausted)
            try await fixture.echo()
        }
    }

    @Test("calls above the server's limit of streams wait their turn")
    func fewStreams() async throws {
        var configuration = ServerConfiguration()
        configuration.maximumConcurrentCalls = 3
        try await EchoFixture.with(configuration: configuration) { fixture in
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                for _ in 0..<200 { tasks.addTask { try await fixture.echo() } }
                try await tasks.waitForAll()
            }
        }
    }
}
