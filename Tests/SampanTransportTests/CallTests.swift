import SampanRPC
import SampanTransport
import Testing

@Suite("Calls over loopback", .timeLimit(.minutes(20)))
struct CallTests {
    @Test("a unary call echoes its payload", arguments: [0, 1, 128, 16_384, 65_535, 65_536, 1_000_000, 4 * 1_024 * 1_024])
    func unary(size: Int) async throws {
        try await EchoFixture.with { fixture in
            let payload = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31) }
            let reply = try await fixture.channel.unary(EchoService.unary, FramedMessage(payload: payload), .defaults)
            #expect(reply.message == payload)
        }
    }

    @Test("a message over the limit is RESOURCE_EXHAUSTED")
    func oversize() async throws {
        try await EchoFixture.with { fixture in
            let payload = [UInt8](repeating: 1, count: 4 * 1_024 * 1_024 + 1)
            let error = await #expect(throws: RPCError.self) {
                try await fixture.channel.unary(EchoService.unary, FramedMessage(payload: payload), .defaults)
            }
            #expect(error?.code == .resourceExhausted)
            let reply = try await fixture.channel.unary(EchoService.unary, FramedMessage(payload: [1]), .defaults)
            #expect(reply.message == [1])
        }
    }

    @Test("metadata of both kinds travels both ways")
    func metadata() async throws {
        try await EchoFixture.with { fixture in
            var metadata = Metadata()
            try metadata.append("value", for: "x-text")
            try metadata.append([0, 255, 10, 44], for: "x-bytes-bin")
            let reply = try await fixture.channel.unary(
                EchoService.unary, FramedMessage(payload: [1]), CallOptions(metadata: metadata))
            for received in [reply.initialMetadata, reply.trailingMetadata] {
                #expect(received[ascii: "x-text"] == "value")
                #expect(received[binary: "x-bytes-bin"] == [0, 255, 10, 44])
            }
        }
    }

    @Test("a status with a Chinese message and details arrives whole")
    func status() async throws {
        try await EchoFixture.with { fixture in
            let error = await #expect(throws: RPCError.self) {
                try await fixture.channel.unary(EchoService.fail, FramedMessage(payload: [1]), .defaults)
            }
            #expect(error?.code == .failedPrecondition)
            #expect(error?.message == "没有号了: 100% full\n")
            #expect(error?.statusDetails == [8, 9])
        }
    }

    @Test("a method that is not there is UNIMPLEMENTED")
    func unimplemented() async throws {
        try await EchoFixture.with { fixture in
            let method = MethodDescriptor(service: "test.Echo", name: "Nothing", kind: .unary)
            let error = await #expect(throws: RPCError.self) {
                try await fixture.channel.unary(method, FramedMessage(payload: [1]), .defaults)
            }
            #expect(error?.code == .unimplemented)
        }
    }

    @Test("server streaming delivers all in order", arguments: [1, 100, 20_000])
    func down(size: Int) async throws {
        try await EchoFixture.with { fixture in
            let stream = try await fixture.channel.open(EchoService.down, .defaults)
            try await stream.send(FramedMessage(payload: [200] + [UInt8](repeating: 7, count: size)))
            await stream.finish()
            var expected: UInt8 = 0
            while let message = try await stream.next() {
                #expect(message[0] == expected)
                #expect(message.count == size + 1)
                expected += 1
            }
            #expect(expected == 200)
        }
    }

    @Test("client streaming takes more than every window and buffer")
    func up() async throws {
        try await EchoFixture.with { fixture in
            let stream = try await fixture.channel.open(EchoService.up, .defaults)
            let message = try FramedMessage(payload: [UInt8](repeating: 1, count: 50_000))
            for _ in 0..<200 { try await stream.send(message) }
            await stream.finish()
            #expect(try await stream.next() == Array("10000000".utf8))
            #expect(try await stream.next() == nil)
        }
    }

    @Test("bidirectional streaming is a conversation, across executors")
    func bidi() async throws {
        try await EchoFixture.with(loops: 2) { fixture in
            let stream = try await fixture.channel.open(EchoService.bidi, .defaults)
            for index in 0..<500 {
                let payload = Array("第\(index)句".utf8)
                try await stream.send(FramedMessage(payload: payload))
                #expect(try await stream.next() == payload)
            }
            await stream.finish()
            #expect(try await stream.next() == nil)
        }
    }

    @Test("an expired deadline ends both sides")
    func deadline() async throws {
        try await EchoFixture.with { fixture in
            // Connected first, or the deadline may pass before there is anything on the wire.
            try await fixture.echo()
            let error = await #expect(throws: RPCError.self) {
                try await fixture.channel.unary(
                    EchoService.hang, FramedMessage(payload: []), CallOptions(timeout: .milliseconds(50)))
            }
            #expect(error?.code == .deadlineExceeded)
            var iterator = fixture.cancellations.makeAsyncIterator()
            #expect(await iterator.next() != nil)
        }
    }

    @Test("cancelling the caller cancels the handler")
    func cancellation() async throws {
        try await EchoFixture.with { fixture in
            let channel = fixture.channel
            let task = Task.immediate { () -> StatusCode? in
                do throws(RPCError) {
                    _ = try await channel.unary(EchoService.hang, FramedMessage(payload: []), .defaults)
                    return nil
                } catch {
                    return error.code
                }
            }
            // The call is on the wire for sure once a later call on the same connection has been answered.
            _ = try await channel.unary(EchoService.unary, FramedMessage(payload: []), .defaults)
            task.cancel()
            #expect(await task.value == .cancelled)
            var iterator = fixture.cancellations.makeAsyncIterator()
            #expect(await iterator.next() != nil)
        }
    }

    @Test("a thousand concurrent calls on two loops")
    func concurrent() async throws {
        try await EchoFixture.with(loops: 2) { fixture in
            let channel = fixture.channel
            try await withThrowingTaskGroup(of: Bool.self) { tasks in
                for index in 0..<2_000 {
                    tasks.addTask {
                        let payload = Array("\(index)".utf8)
                        return try await channel.unary(EchoService.unary, FramedMessage(payload: payload), .defaults).message == payload
                    }
                }
                for try await ok in tasks { #expect(ok) }
            }
        }
    }

    @Test("a dead address is UNAVAILABLE, at once and while backing off")
    func deadAddress() async throws {
        let group = try EventLoopGroup(count: 1)
        let channel = ClientChannel(group: group, host: "127.0.0.1", port: 1, tls: nil)
        for _ in 0..<2 {
            let error = await #expect(throws: RPCError.self) {
                try await channel.unary(EchoService.unary, FramedMessage(payload: []), .defaults)
            }
            #expect(error?.code == .unavailable)
        }
        await channel.shutdown()
        await group.shutdown()
    }
}
