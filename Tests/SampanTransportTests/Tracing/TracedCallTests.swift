import SampanRPC
import Synchronization
import Testing

@testable import SampanTransport

@Suite("Traces over nodes", .timeLimit(.minutes(20)))
struct TracedCallTests {
    private static let trace = "0af7651916cd43dd8448eb211c80319c"
    private static let told = ListedMethods.descriptor("Told")
    private static let nested = ListedMethods.descriptor("Nested")

    private static func options(_ flags: String) throws -> CallOptions {
        var metadata = Metadata()
        try metadata.append("00-\(trace)-b7ad6b7169203331-\(flags)", for: "traceparent")
        try metadata.append("a=1", for: "tracestate")
        return CallOptions(metadata: metadata)
    }

    /// Keeps what its calls have said of traces.
    private static func teller(_ heard: Heard) -> MethodHandler {
        MethodHandler(
            told,
            .unary { _, context in
                heard.all.withLock { $0.append(context.requestMetadata[ascii: "traceparent"] ?? "none") }
                return try FramedMessage(payload: [])
            })
    }

    private final class Heard: Sendable {
        let all = Mutex<[String]>([])
    }

    @Test("a relay stands between: its span has the caller's as its parent, and is the parent of the next node's", arguments: [1, 2])
    func relayed(loops: Int) async throws {
        let heard = Heard()
        try await RelayFixture.with(loops: loops, methods: [Self.teller(heard)]) { fixture in
            let group = fixture.behind.group
            await group.trace(try #require(TraceSampling(ratio: 0)))
            _ = try await fixture.channel.unary(Self.told, FramedMessage(payload: []), try Self.options("01"))
            let spans = await group.takeSpans()
            let relay = try #require(spans.first { $0.labels.direction == .relayed })
            let served = try #require(spans.first { $0.labels.direction == .served })
            #expect(spans.count == 2 && spans.allSatisfy { $0.traceID.description == Self.trace && $0.code == .ok })
            #expect(relay.parent == 0xB7AD_6B71_6920_3331 && served.parent == relay.spanID)
            #expect(relay.state?.text == "a=1" && served.state?.text == "a=1")
            #expect(relay.began <= served.began && served.ended <= relay.ended)
        }
    }

    @Test(
        "a call that is made for another is of its trace; where nothing is recorded it stands where its caller stood",
        arguments: [true, false])
    func nested(isRecorded: Bool) async throws {
        let heard = Heard()
        let channel = Mutex<ClientChannel?>(nil)
        let outer = MethodHandler(
            Self.nested,
            .unary { _, _ in
                let inner = channel.withLock { $0 }
                _ = try await inner?.unary(Self.told, FramedMessage(payload: []), .defaults)
                return try FramedMessage(payload: [])
            })
        try await EchoFixture.with(methods: [Self.teller(heard), outer]) { fixture in
            if isRecorded { await fixture.group.trace(try #require(TraceSampling(ratio: 0))) }
            channel.withLock { $0 = fixture.channel }
            _ = try await fixture.channel.unary(Self.nested, FramedMessage(payload: []), try Self.options("01"))
            channel.withLock { $0 = nil }
            let spans = await fixture.group.takeSpans()
            let said = heard.all.withLock { $0.first.flatMap { TraceParent($0) } }
            #expect(said?.traceID.description == Self.trace && spans.count == (isRecorded ? 2 : 0))
            let outerSpan = spans.first { $0.labels.method == "test.Listed/Nested" }
            #expect(said?.spanID == (isRecorded ? outerSpan?.spanID : 0xB7AD_6B71_6920_3331))
        }
    }

    @Test("what its caller does not record, nobody records; it is still passed on")
    func unsampled() async throws {
        let heard = Heard()
        try await RelayFixture.with(methods: [Self.teller(heard)]) { fixture in
            await fixture.behind.group.trace(try #require(TraceSampling(ratio: 1)))
            _ = try await fixture.channel.unary(Self.told, FramedMessage(payload: []), try Self.options("00"))
            let spans = await fixture.behind.group.takeSpans()
            #expect(spans.isEmpty && heard.all.withLock { $0 } == ["00-\(Self.trace)-b7ad6b7169203331-00"])
        }
    }

    @Test("a trace begins at the first node that draws it, and goes on from there")
    func drawn() async throws {
        let heard = Heard()
        try await RelayFixture.with(methods: [Self.teller(heard)]) { fixture in
            await fixture.behind.group.trace(try #require(TraceSampling(ratio: 1)))
            _ = try await fixture.channel.unary(Self.told, FramedMessage(payload: []), .defaults)
            let spans = await fixture.behind.group.takeSpans()
            let relay = try #require(spans.first { $0.labels.direction == .relayed })
            #expect(relay.parent == nil && spans.count == 2 && Set(spans.map(\.traceID)).count == 1)
            #expect(spans.first { $0.labels.direction == .served }?.parent == relay.spanID)
        }
    }
}
