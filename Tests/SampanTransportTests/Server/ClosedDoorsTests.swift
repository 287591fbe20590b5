import SampanRPC
import SampanTransport
import Synchronization
import Testing

@Suite("A server that is being emptied", .timeLimit(.minutes(20)))
struct ClosedDoorsTests {
    private static func doors(stays: Set<String> = [], methods: Set<String> = []) -> ClosedDoors {
        ClosedDoors(stays: stays, admits: .admin, methods: methods, status: RPCError(code: .unavailable, message: "closed"))
    }

    @Test("calls under way end as they would, new ones find no door, and what is left is counted", arguments: [false, true])
    func close(overTLS: Bool) async throws {
        let trust = try LoopbackTrust()
        try await EchoFixture.with(
            loops: 2, serverTLS: overTLS ? trust.server() : nil, clientTLS: overTLS ? trust.client() : nil
        ) { fixture in
            #expect(await fixture.server.occupancy() == ServerOccupancy(), "doors are open: nothing is told")
            let stream = try await fixture.channel.open(EchoService.bidi, .defaults)
            try await stream.send(FramedMessage(payload: [1]))
            #expect(try await stream.next() == [1])
            let changed = Nudge()
            await fixture.server.closeDoors(Self.doors()) { changed.give() }
            #expect(await fixture.server.occupancy() == ServerOccupancy(calls: 1, connections: 1))
            while await code(of: { try await fixture.echo() }) == nil {}
            #expect(await code { try await fixture.echo() } == .unavailable, "a connect that failed")
            try await stream.send(FramedMessage(payload: [2]))
            #expect(try await stream.next() == [2])
            await stream.finish()
            #expect(try await stream.next() == nil)
            while await fixture.server.occupancy() != ServerOccupancy() { await changed.wait() }
        }
    }

    @Test("a connection that stays may call what it may, and does not count")
    func stays() async throws {
        let addresses = Mutex<Set<String>>([])
        let interceptor = AddressInterceptor { address in _ = addresses.withLock { $0.insert(address) } }
        try await EchoFixture.with(interceptors: [interceptor]) { fixture in
            try await fixture.echo()
            let stays = addresses.withLock { $0 }
            await fixture.server.closeDoors(Self.doors(stays: stays, methods: [EchoService.bidi.path])) {}
            let refused = await #expect(throws: RPCError.self) { try await fixture.echo() }
            #expect(refused?.code == .unavailable && refused?.message == "closed")
            let stream = try await fixture.channel.open(EchoService.bidi, .defaults)
            try await stream.send(FramedMessage(payload: [1]))
            #expect(try await stream.next() == [1])
            #expect(await fixture.server.occupancy() == ServerOccupancy())
            await stream.finish()
            #expect(try await stream.next() == nil)
        }
    }

    @Test("calls of every kind are ended with a reason, and counted; others go on")
    func end() async throws {
        try await EchoFixture.with { fixture in
            let channel = fixture.channel
            let hanging = Task.immediate { try await channel.unary(EchoService.hang, FramedMessage(payload: []), .defaults) }
            let stream = try await fixture.channel.open(EchoService.bidi, .defaults)
            try await stream.send(FramedMessage(payload: [1]))
            #expect(try await stream.next() == [1])
            let (hang, status) = (EchoService.hang, RPCError(code: .unavailable, message: "over"))
            var ended = 0
            while ended == 0 { ended = await fixture.server.endCalls { $0.method == hang ? status : nil } }
            #expect(ended == 1)
            let cut = await #expect(throws: RPCError.self) { try await hanging.value }
            #expect(cut?.code == .unavailable && cut?.message == "over")
            try await stream.send(FramedMessage(payload: [2]))
            #expect(try await stream.next() == [2])
            #expect(await fixture.server.endCalls { _ in status } == 1)
            let error = await #expect(throws: RPCError.self) { try await stream.next() }
            #expect(error?.code == .unavailable)
        }
    }
}

private struct AddressInterceptor: CallInterceptor {
    let note: @Sendable (String) -> Void

    func admit(_ context: CallContext) throws(RPCError) { note(context.peer.address) }
    func finished(_ context: CallContext, _ code: StatusCode, duration: Duration) {}
}
