import SampanRPC
import SampanTransport
import Testing

@Suite("Interceptors", .timeLimit(.minutes(20)))
struct InterceptorTests {
    @Test("they admit or refuse, and see how each call ended")
    func order() async throws {
        let first = RecordingInterceptor()
        let second = RecordingInterceptor(refusing: ["Down"])
        try await EchoFixture.with(interceptors: [first, second]) { fixture in
            try await fixture.echo()
            #expect(
                await code { _ = try await fixture.channel.unary(EchoService.fail, FramedMessage(payload: []), .defaults) }
                    == .failedPrecondition)
            let stream = try await fixture.channel.open(EchoService.down, .defaults)
            #expect(await code { _ = try await stream.next() } == .permissionDenied)
            let short = CallOptions(timeout: .milliseconds(30))
            #expect(
                await code { _ = try await fixture.channel.unary(EchoService.hang, FramedMessage(payload: []), short) } == .deadlineExceeded
            )
            var ends = first.ends.makeAsyncIterator()
            for expected in [StatusCode.ok, .failedPrecondition, .permissionDenied] { #expect(await ends.next() == expected) }
            // The client's reset and the server's own deadline race.
            let last = await ends.next()
            #expect(last == .cancelled || last == .deadlineExceeded)
        }
        #expect(first.admitted == ["Unary", "Fail", "Down", "Hang"])
        #expect(second.finished == first.finished)
    }
}
