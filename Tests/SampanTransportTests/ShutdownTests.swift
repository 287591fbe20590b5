import SampanRPC
import SampanTransport
import Testing

@Suite("Ends and new beginnings", .timeLimit(.minutes(20)))
struct ShutdownTests {
    @Test("a graceful shutdown lets calls end and refuses new ones", arguments: [false, true])
    func graceful(overTLS: Bool) async throws {
        let trust = try LoopbackTrust()
        try await EchoFixture.with(
            loops: 2, serverTLS: overTLS ? trust.server() : nil, clientTLS: overTLS ? trust.client() : nil
        ) { fixture in
            let stream = try await fixture.channel.open(EchoService.bidi, .defaults)
            try await stream.send(FramedMessage(payload: [1]))
            #expect(try await stream.next() == [1])
            let server = fixture.server
            async let over: Void = server.shutdown(grace: .seconds(60))
            // The notice has come, and the listeners are gone, when new calls fail; the open one goes on.
            while await code(of: { try await fixture.echo() }) == nil {}
            #expect(await code { try await fixture.echo() } == .unavailable)
            for index in 0..<20 as Range<UInt8> {
                try await stream.send(FramedMessage(payload: [index]))
                #expect(try await stream.next() == [index])
            }
            await stream.finish()
            #expect(try await stream.next() == nil)
            await over
        }
    }

    @Test("calls on their way when a shutdown begins all succeed or never began")
    func noCallLost() async throws {
        let interceptor = RecordingInterceptor()
        try await EchoFixture.with(interceptors: [interceptor]) { fixture in
            try await fixture.echo()
            let outcomes = try await withThrowingTaskGroup(of: StatusCode?.self) { tasks in
                for index in 0..<500 {
                    tasks.addTask {
                        if index == 250 { await fixture.server.shutdown(grace: .seconds(60)) }
                        return await code { try await fixture.echo() }
                    }
                }
                var outcomes: [StatusCode?] = []
                for try await outcome in tasks { outcomes.append(outcome) }
                return outcomes
            }
            #expect(outcomes.allSatisfy { $0 == nil || $0 == .unavailable })
            // No call that the server took was lost on the way back.
            #expect(interceptor.finished.count == outcomes.count { $0 == nil } + 1)
        }
    }

    @Test("a watch does not hold a shutdown up: it ends with UNAVAILABLE, and its caller asks again")
    func watch() async throws {
        try await EchoFixture.with { fixture in
            let stream = try await fixture.channel.open(EchoService.watch, .defaults)
            await stream.finish()
            #expect(try await stream.next() == [1])
            await fixture.server.shutdown(grace: .seconds(3_600))
            let error = await #expect(throws: RPCError.self) { try await stream.next() }
            #expect(error?.code == .unavailable)
        }
    }

    @Test("the end of the grace period cuts a hanging call")
    func cut() async throws {
        try await EchoFixture.with { fixture in
            let channel = fixture.channel
            let hanging = Task.immediate { try await channel.unary(EchoService.hang, FramedMessage(payload: []), .defaults) }
            try await fixture.echo()
            await fixture.server.shutdown(grace: .milliseconds(20))
            let error = await #expect(throws: RPCError.self) { try await hanging.value }
            #expect(error?.code == .unavailable)
            #expect(error?.message == "the peer closed the connection")
            var iterator = fixture.cancellations.makeAsyncIterator()
            #expect(await iterator.next() != nil)
        }
    }

    @Test("a server that comes back on its port is found again")
    func restart() async throws {
        var habits = ChannelConfiguration()
        habits.initialBackoff = .milliseconds(1)
        try await EchoFixture.with(channelConfiguration: habits) { fixture in
            try await fixture.echo()
            await fixture.server.shutdown(grace: .zero)
            #expect(await code { try await fixture.echo() } == .unavailable)
            let channel = fixture.channel
            async let waiting = channel.unary(EchoService.unary, FramedMessage(payload: [9]), CallOptions(waitForReady: true))
            let next = try GRPCServer(
                group: fixture.group, services: [EchoService(cancellations: AsyncStream.makeStream(of: Void.self).continuation)], tls: nil)
            _ = try await next.listen(on: fixture.address)
            #expect(try await waiting.message == [9])
            try await fixture.echo()
            await next.shutdown(grace: .zero)
        }
    }

    @Test("a call that waits for a server that never comes ends with its deadline")
    func waitForReady() async throws {
        let group = try EventLoopGroup(count: 1)
        let channel = ClientChannel(group: group, host: "127.0.0.1", port: 1, tls: nil)
        let options = CallOptions(timeout: .milliseconds(50), waitForReady: true)
        let outcome = await code { _ = try await channel.unary(EchoService.unary, FramedMessage(payload: []), options) }
        #expect(outcome == .deadlineExceeded)
        await channel.shutdown()
        await group.shutdown()
    }

    @Test("a name with several addresses is tried until one answers")
    func localhost() async throws {
        try await EchoFixture.with { fixture in
            let channel = ClientChannel(group: fixture.group, host: "localhost", port: fixture.address.port, tls: nil)
            let reply = try await channel.unary(EchoService.unary, FramedMessage(payload: [1]), .defaults)
            #expect(reply.message == [1])
            await channel.shutdown()
        }
    }

    @Test("two shutdowns of a channel both return, and calls afterwards fail")
    func twice() async throws {
        try await EchoFixture.with { fixture in
            try await fixture.echo()
            async let first: Void = fixture.channel.shutdown()
            async let second: Void = fixture.channel.shutdown()
            _ = await (first, second)
            #expect(await code { try await fixture.echo() } == .unavailable)
        }
    }

    @Test("a channel that nobody holds closes its connection")
    func droppedChannel() async throws {
        try await EchoFixture.with { fixture in
            do {
                let channel = ClientChannel(group: fixture.group, host: fixture.address.host, port: fixture.address.port, tls: nil)
                _ = try await channel.unary(EchoService.unary, FramedMessage(payload: []), .defaults)
            }
            // A graceful shutdown ends only when every connection has gone.
            await fixture.channel.shutdown()
            await fixture.server.shutdown(grace: .seconds(3_600))
        }
    }

    @Test("a stream that nobody holds is cancelled at the server; one that is held outlives its channel's last name")
    func droppedStream() async throws {
        let interceptor = RecordingInterceptor()
        try await EchoFixture.with(interceptors: [interceptor]) { fixture in
            var ends = interceptor.ends.makeAsyncIterator()
            do {
                let dropped = try await fixture.channel.open(EchoService.bidi, .defaults)
                try await dropped.send(FramedMessage(payload: [1]))
                #expect(try await dropped.next() == [1])
            }
            #expect(await ends.next() == .cancelled)
            let held = try await ClientChannel(group: fixture.group, host: fixture.address.host, port: fixture.address.port, tls: nil)
                .open(EchoService.bidi, .defaults)
            try await held.send(FramedMessage(payload: [2]))
            #expect(try await held.next() == [2])
            await held.finish()
            #expect(try await held.next() == nil)
        }
    }
}
