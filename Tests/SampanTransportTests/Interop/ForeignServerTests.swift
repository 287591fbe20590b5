import SampanRPC
import SampanTransport
import Testing

@Suite("We call a grpcio server", .timeLimit(.minutes(20)))
struct ForeignServerTests {
    private static func method(_ name: String) -> MethodDescriptor {
        MethodDescriptor(service: "test.Echo", name: name, kind: .unary)
    }

    /// Each case, in one process: starting Python takes longer than all of them.
    @Test("every kind of call, status, deadline, cancellation and a shutdown", arguments: [false, true])
    func cases(overTLS: Bool) async throws {
        let trust = overTLS ? try LoopbackTrust() : nil
        let peer = try ForeignPeer("echo_server.py", trust: trust, identity: "center/12330100470116100X/python")
        let port = try #require(try await peer.line().flatMap { UInt16($0) })
        let group = try EventLoopGroup(count: 2)
        let channel = ClientChannel(group: group, host: "127.0.0.1", port: port, tls: try trust?.client())
        try await Self.payloads(channel)
        try await Self.metadata(channel)
        try await Self.statuses(channel)
        try await Self.streams(channel)
        try await Self.endings(channel)
        try await Self.concurrent(channel)
        try await Self.shutdown(channel)
        await channel.shutdown()
        await group.shutdown()
        #expect(try await peer.line() == nil)
    }

    private static func payloads(_ channel: ClientChannel) async throws {
        for size in [0, 1, 16_383, 16_384, 65_535, 65_536, 3 * 1_024 * 1_024] {
            let payload = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31) }
            let reply = try await channel.unary(EchoService.unary, FramedMessage(payload: payload), .defaults)
            #expect(reply.message == payload)
        }
    }

    private static func metadata(_ channel: ClientChannel) async throws {
        var metadata = Metadata()
        try metadata.append("value", for: "x-text")
        try metadata.append("again", for: "x-text")
        try metadata.append([0, 255, 10, 44], for: "x-bytes-bin")
        let reply = try await channel.unary(EchoService.unary, FramedMessage(payload: [1]), CallOptions(metadata: metadata))
        for received in [reply.initialMetadata, reply.trailingMetadata] {
            #expect(received.filter { $0.key == "x-text" }.map(\.value) == [.ascii("value"), .ascii("again")])
            #expect(received[binary: "x-bytes-bin"] == [0, 255, 10, 44])
        }
    }

    private static func statuses(_ channel: ClientChannel) async throws {
        let error = await #expect(throws: RPCError.self) {
            try await channel.unary(EchoService.fail, FramedMessage(payload: [1]), .defaults)
        }
        #expect(error?.code == .failedPrecondition)
        #expect(error?.message == "没有号了: 100% full\n")
        #expect(error?.statusDetails == [8, 9])
        for (name, expected) in [("Nothing", StatusCode.unimplemented), ("CancelMe", .cancelled)] {
            #expect(await code { _ = try await channel.unary(method(name), FramedMessage(payload: []), .defaults) } == expected)
        }
        let large = [UInt8](repeating: 1, count: 4 * 1_024 * 1_024 + 1)
        #expect(
            await code { _ = try await channel.unary(EchoService.unary, FramedMessage(payload: large), .defaults) } == .resourceExhausted)
    }

    private static func streams(_ channel: ClientChannel) async throws {
        let down = try await channel.open(EchoService.down, .defaults)
        try await down.send(FramedMessage(payload: [200] + [UInt8](repeating: 7, count: 20_000)))
        await down.finish()
        for expected in 0..<200 as Range<UInt8> { #expect(try await down.next()?.first == expected) }
        #expect(try await down.next() == nil)

        let up = try await channel.open(EchoService.up, .defaults)
        for _ in 0..<200 { try await up.send(FramedMessage(payload: [UInt8](repeating: 1, count: 50_000))) }
        await up.finish()
        #expect(try await up.next() == Array("10000000".utf8))
        #expect(try await up.next() == nil)

        let bidi = try await channel.open(EchoService.bidi, .defaults)
        for index in 0..<200 {
            let payload = Array("第\(index)句".utf8)
            try await bidi.send(FramedMessage(payload: payload))
            #expect(try await bidi.next() == payload)
        }
        await bidi.finish()
        #expect(try await bidi.next() == nil)
    }

    /// The server sees the ends that this side makes.
    private static func endings(_ channel: ClientChannel) async throws {
        let short = CallOptions(timeout: .milliseconds(100))
        #expect(await code { _ = try await channel.unary(EchoService.hang, FramedMessage(payload: []), short) } == .deadlineExceeded)
        _ = try await channel.unary(method("AwaitCancellation"), FramedMessage(payload: []), .defaults)

        let hanging = Task.immediate { await code { _ = try await channel.unary(EchoService.hang, FramedMessage(payload: []), .defaults) } }
        _ = try await channel.unary(EchoService.unary, FramedMessage(payload: []), .defaults)
        hanging.cancel()
        #expect(await hanging.value == .cancelled)
        // A call that was cancelled before it left never reached the server, so only one that did is asked about.
        let stream = try await channel.open(EchoService.bidi, .defaults)
        try await stream.send(FramedMessage(payload: [1]))
        #expect(try await stream.next() == [1])
        stream.cancel()
        #expect(await code { _ = try await stream.next() } == .cancelled)
    }

    private static func concurrent(_ channel: ClientChannel) async throws {
        try await withThrowingTaskGroup(of: Bool.self) { tasks in
            for index in 0..<500 {
                tasks.addTask {
                    let payload = Array("\(index)".utf8)
                    return try await channel.unary(EchoService.unary, FramedMessage(payload: payload), .defaults).message == payload
                }
            }
            for try await ok in tasks { #expect(ok) }
        }
    }

    private static func shutdown(_ channel: ClientChannel) async throws {
        let stream = try await channel.open(EchoService.bidi, .defaults)
        try await stream.send(FramedMessage(payload: [1]))
        #expect(try await stream.next() == [1])
        _ = try await channel.unary(method("Stop"), FramedMessage(payload: []), .defaults)
        var outcome: StatusCode?
        while outcome == nil {
            outcome = await code { _ = try await channel.unary(EchoService.unary, FramedMessage(payload: []), .defaults) }
        }
        // grpcio cancels what it takes between its stop and its GOAWAY.
        #expect(outcome == .unavailable || outcome == .cancelled)
        for index in 0..<20 as Range<UInt8> {
            try await stream.send(FramedMessage(payload: [index]))
            #expect(try await stream.next() == [index])
        }
        await stream.finish()
        #expect(try await stream.next() == nil)
    }
}
