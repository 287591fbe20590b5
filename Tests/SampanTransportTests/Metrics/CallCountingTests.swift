import SampanRPC
import Testing

@testable import SampanTransport

@Suite("Calls are counted where they are served, relayed and made", .timeLimit(.minutes(20)))
struct CallCountingTests {
    /// The figures of one method once its calls are over: the turn in which the last ended may still be going on.
    private static func figures(
        _ group: EventLoopGroup, _ direction: CallLabels.Direction, _ method: String
    ) async throws -> CallFigures {
        let all = await group.callFigures().filter { $0.labels.direction == direction && $0.labels.method == method }
        #expect(all.count == 1)
        return try #require(all.first)
    }

    private static func counts(_ figures: CallFigures) -> [StatusCode: UInt64] {
        Dictionary(uniqueKeysWithValues: figures.ended.map { ($0.code, $0.durations.count) })
    }

    @Test("served and called: by method and status, with bytes", arguments: [1, 2])
    func served(loops: Int) async throws {
        try await EchoFixture.with(loops: loops) { fixture in
            for _ in 0..<20 { try await fixture.echo([UInt8](repeating: 1, count: 95)) }
            for _ in 0..<3 {
                let code = await code { _ = try await fixture.channel.unary(EchoService.fail, FramedMessage(payload: []), .defaults) }
                #expect(code == .failedPrecondition)
            }
            let stream = try await fixture.channel.open(EchoService.watch, .defaults)
            await stream.finish()
            let told = try await stream.next()
            #expect(told == [1])
            let unary = try await Self.figures(fixture.group, .served, "test.Echo/Unary")
            #expect(unary.started == 20 && Self.counts(unary) == [.ok: 20])
            #expect(unary.requestBytes == 2_000 && unary.responseBytes == 2_000)
            let failed = Self.counts(try await Self.figures(fixture.group, .served, "test.Echo/Fail"))
            #expect(failed == [.failedPrecondition: 3])
            let watched = try await Self.figures(fixture.group, .served, "test.Echo/Watch")
            #expect(watched.open == 1)
            let made = Self.counts(try await Self.figures(fixture.group, .called, "test.Echo/Unary"))
            #expect(made == [.ok: 20])
            let madeAndFailed = Self.counts(try await Self.figures(fixture.group, .called, "test.Echo/Fail"))
            #expect(madeAndFailed == [.failedPrecondition: 3])
            let watching = try await Self.figures(fixture.group, .called, "test.Echo/Watch")
            #expect(watching.open == 1)
        }
    }

    @Test("what callers make up has no name here")
    func unknown() async throws {
        try await EchoFixture.with { fixture in
            for name in ["No", "Neither"] {
                let method = ListedMethods.descriptor(name)
                let code = await code { _ = try await fixture.channel.unary(method, FramedMessage(payload: []), .defaults) }
                #expect(code == .unimplemented)
            }
            let unknown = Self.counts(try await Self.figures(fixture.group, .served, CallLabels.other))
            #expect(unknown == [.unimplemented: 2])
        }
    }

    @Test("a refused call counts under its method")
    func refused() async throws {
        let interceptor = RecordingInterceptor(refusing: ["Unary"])
        try await EchoFixture.with(interceptors: [interceptor]) { fixture in
            #expect(await code { try await fixture.echo() } == .permissionDenied)
            let refused = Self.counts(try await Self.figures(fixture.group, .served, "test.Echo/Unary"))
            #expect(refused == [.permissionDenied: 1])
        }
    }

    @Test("a call that never finds a connection counts too")
    func unplaced() async throws {
        try await EchoFixture.with { fixture in
            let port = try ReservedPort()
            let nobody = ClientChannel(group: fixture.group, host: "127.0.0.1", port: port.port, tls: nil)
            let code = await code { _ = try await nobody.unary(EchoService.unary, FramedMessage(payload: []), .defaults) }
            #expect(code == .unavailable)
            let unplaced = Self.counts(try await Self.figures(fixture.group, .called, "test.Echo/Unary"))
            #expect(unplaced == [.unavailable: 1])
            await nobody.shutdown(grace: .zero)
        }
    }

    @Test("relayed: the first call of a method is its service's, those after it its own; methods that nobody has stay without a name")
    func relayed() async throws {
        try await RelayFixture.with { fixture in
            for _ in 0..<5 { try await fixture.echo() }
            let missing = MethodDescriptor(service: "test.Echo", name: "No", kind: .unary)
            for _ in 0..<2 {
                let code = await code { _ = try await fixture.channel.unary(missing, FramedMessage(payload: []), .defaults) }
                #expect(code == .unimplemented)
            }
            let group = fixture.behind.group
            let unary = try await Self.figures(group, .relayed, "test.Echo/Unary")
            #expect(Self.counts(unary) == [.ok: 4] && unary.labels.route == "behind")
            #expect(unary.requestBytes == 24 && unary.responseBytes == 24)
            let unnamed = Self.counts(try await Self.figures(group, .relayed, "test.Echo/*"))
            #expect(unnamed == [.ok: 1, .unimplemented: 2])
            // One by the fixture's channel, none by the relay's own.
            let made = Self.counts(try await Self.figures(group, .called, "test.Echo/Unary"))
            #expect(made == [.ok: 5])
        }
    }

    @Test("a traced call is the example of its bucket; one that is not sampled is not", arguments: ["01", "00"])
    func traced(flags: String) async throws {
        try await EchoFixture.with { fixture in
            var metadata = Metadata()
            try metadata.append("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-\(flags)", for: "traceparent")
            try await fixture.echo([1], CallOptions(metadata: metadata))
            let ended = try await Self.figures(fixture.group, .served, "test.Echo/Unary").ended
            let traces = ended.flatMap(\.exemplars).compactMap { $0?.trace.description }
            #expect(traces == (flags == "01" ? ["0af7651916cd43dd8448eb211c80319c"] : []))
        }
    }
}
