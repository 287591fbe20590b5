import SampanRPC
import SampanTestSupport
import SampanTransport
import Synchronization
import Testing

/// A connection uses the object of a call again once nobody holds it.
@Suite("Calls that are used again", .timeLimit(.minutes(20)))
struct CallReuseTests {
    /// What handlers have left behind.
    private final class Kept: Sendable {
        let sinks = Mutex<[any MessageSink]>([])
    }

    private static let leave = ListedMethods.descriptor("Leave", .bidirectionalStreaming)

    /// Answers with the request, and keeps its writer.
    private static func method(_ kept: Kept) -> MethodHandler {
        MethodHandler(
            leave,
            .streaming { requests, responses, _ in
                kept.sinks.withLock { $0.append(responses) }
                while let request = try await requests.next() { try await responses.send(FramedMessage(payload: request)) }
            })
    }

    @Test("a writer that is kept never writes into a later call")
    func keptWriter() async throws {
        let kept = Kept()
        try await EchoFixture.with(methods: [Self.method(kept)]) { fixture in
            for round in 0..<100 as Range<UInt8> {
                let stream = try await fixture.channel.open(Self.leave, .defaults)
                try await stream.send(FramedMessage(payload: [round]))
                #expect(try await stream.next() == [round])
                // The writers of all calls before this one are over.
                for sink in kept.sinks.withLock({ Array($0.dropLast()) }) {
                    #expect(await code { try await sink.send(FramedMessage(payload: [255])) } == .cancelled)
                }
                await stream.finish()
                #expect(try await stream.next() == nil)
                try await fixture.echo([round])
            }
        }
    }

    @Test("calls of all kinds one after another, ended in every way, answer as new ones do")
    func mixed() async throws {
        try await EchoFixture.with { fixture in
            var random = SeededRandom(seed: 7)
            for round in 0..<400 {
                switch random.next() % 4 {
                case 0: try await fixture.echo([UInt8(truncatingIfNeeded: round)])
                case 1:
                    let end = await code { try await fixture.unary(EchoService.fail, .defaults) }
                    #expect(end == .failedPrecondition)
                case 2:
                    let end = await code { try await fixture.unary(EchoService.hang, CallOptions(timeout: .milliseconds(1))) }
                    #expect(end == .deadlineExceeded)
                default:
                    var metadata = Metadata()
                    try metadata.append("v\(round)", for: "x-round")
                    let reply = try await fixture.channel.unary(
                        EchoService.unary, FramedMessage(payload: [1]), CallOptions(metadata: metadata))
                    #expect(reply.trailingMetadata[ascii: "x-round"] == "v\(round)")
                }
            }
        }
    }
}

extension EchoFixture {
    fileprivate func unary(_ method: MethodDescriptor, _ options: CallOptions) async throws {
        _ = try await channel.unary(method, FramedMessage(payload: [1]), options)
    }
}
