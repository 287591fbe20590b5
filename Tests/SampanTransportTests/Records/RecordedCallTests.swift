import SampanRPC
import Testing

@testable import SampanTransport

@Suite("What is remembered of calls", .timeLimit(.minutes(20)))
struct RecordedCallTests {
    private static let key = "sampan-call-id"

    private static func failure(_ channel: ClientChannel, _ method: MethodDescriptor, _ options: CallOptions = .defaults) async -> RPCError?
    {
        do throws(RPCError) {
            _ = try await channel.unary(method, FramedMessage(payload: []), options)
            return nil
        } catch { return error }
    }

    private static func record(_ group: EventLoopGroup) async {
        await group.recordCalls { _, _, _ in
            var finding = CallRecord.Finding()
            finding.policy = "asked"
            return finding
        }
    }

    @Test("a failed call tells its identifier, under which it is remembered; without a recorder there is none")
    func served() async throws {
        try await EchoFixture.with(loops: 2) { fixture in
            #expect(await Self.failure(fixture.channel, EchoService.fail)?.metadata[ascii: Self.key] == nil)
            await Self.record(fixture.group)
            let error = try #require(await Self.failure(fixture.channel, EchoService.fail))
            let id = try #require(error.metadata[ascii: Self.key].flatMap { TraceID($0) })
            let record = try #require(await fixture.group.callRecords { $0.id == id }.failed.first)
            #expect(record.code == error.code && record.origin == .handler && record.method == "test.Echo/Fail")
            #expect(record.message.isEmpty, "the words of a service are not kept")
            #expect(record.finding.policy == "asked" && record.route.isEmpty && record.endpoint.isEmpty && record.attempts.isEmpty)
            #expect((record.handedOver ?? -1) >= 0 && record.ended >= (record.handedOver ?? 0) && (record.deadlineLeft ?? 0) > 0)
            try await fixture.echo()
            #expect(await fixture.group.callRecords { _ in true }.failed.count == 1, "what does well is not remembered")
        }
    }

    @Test("a method that is not there, and a deadline that passes")
    func here() async throws {
        try await EchoFixture.with { fixture in
            await Self.record(fixture.group)
            let none = MethodDescriptor(service: "no.Such", name: "Method", kind: .unary)
            #expect(await Self.failure(fixture.channel, none)?.metadata[ascii: Self.key] != nil)
            let missing = try #require(await fixture.group.callRecords { $0.method == "no.Such/Method" }.failed.first)
            #expect(missing.code == .unimplemented && missing.origin == .here && missing.message.contains("there is no method"))
            _ = await Self.failure(fixture.channel, EchoService.hang, CallOptions(timeout: .milliseconds(50)))
            var late: CallRecord?
            while late == nil { late = await fixture.group.callRecords { $0.method == "test.Echo/Hang" }.failed.first }
            // Either side may have been first.
            #expect(late?.code == .deadlineExceeded && late?.origin == .here || late?.code == .cancelled && late?.origin == .caller)
        }
    }

    @Test("one identifier from end to end: that of the node that has made the status; the trace's where there is one")
    func relayed() async throws {
        try await RelayFixture.with { fixture in
            await Self.record(fixture.behind.group)
            let error = try #require(await Self.failure(fixture.channel, EchoService.fail))
            #expect(error.metadata.count { $0.key == Self.key } == 1)
            let id = try #require(error.metadata[ascii: Self.key].flatMap { TraceID($0) })
            let records = await fixture.behind.group.callRecords { $0.id == id }.failed
            #expect(Set(records.map(\.origin)) == [.handler, .nextNode] && records.count == 2)
            let relay = try #require(records.first { $0.origin == .nextNode })
            #expect(relay.route == "behind" && relay.endpoint == "\(fixture.behind.address)" && relay.code == error.code)
            let trace = "0af7651916cd43dd8448eb211c80319c"
            var metadata = Metadata()
            try metadata.append("00-\(trace)-b7ad6b7169203331-01", for: "traceparent")
            let traced = await Self.failure(fixture.channel, EchoService.fail, CallOptions(metadata: metadata))
            #expect(traced?.metadata[ascii: Self.key] == trace)
            #expect(await fixture.behind.group.callRecords { "\($0.id)" == trace }.failed.count == 2)
        }
    }

    @Test("a way that is gone is a failure of the way")
    func lost() async throws {
        try await RelayFixture.with { fixture in
            await Self.record(fixture.behind.group)
            try await fixture.echo()
            await fixture.behind.server.shutdown(grace: .zero)
            let error = try #require(await Self.failure(fixture.channel, EchoService.unary))
            let id = try #require(error.metadata[ascii: Self.key].flatMap { TraceID($0) })
            let record = try #require(await fixture.behind.group.callRecords { $0.id == id }.failed.first)
            #expect(record.origin == .transport && record.code == .unavailable && record.message.hasPrefix("on the way to behind"))
        }
    }

    @Test("a refusal for load is explained by its limit")
    func load() async throws {
        var configuration = ServerConfiguration.unhurried
        configuration.load = LoadLimits()
        (configuration.load.callsAtOnce, configuration.load.exemptServices) = (1, [])
        try await EchoFixture.with(configuration: configuration) { fixture in
            await Self.record(fixture.group)
            let stream = try await fixture.channel.open(EchoService.bidi, .defaults)
            try await stream.send(FramedMessage(payload: [1]))
            #expect(try await stream.next() == [1])
            let error = try #require(await Self.failure(fixture.channel, EchoService.unary))
            let id = try #require(error.metadata[ascii: Self.key].flatMap { TraceID($0) })
            let record = try #require(await fixture.group.callRecords { $0.id == id }.failed.first)
            #expect(record.finding.reason == "CONCURRENCY_LIMIT" && record.message.contains("limits: calls-at-once 1"), "\(record)")
            await stream.finish()
            #expect(try await stream.next() == nil)
        }
    }
}
