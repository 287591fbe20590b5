import SampanCrypto
import SampanRPC
@testable import SampanTransport
import StoreTestSupport
import Testing

@Suite("Connections of peers that are let in no more", .timeLimit(.minutes(20)))
struct CutTests {
    private static let reason = RPCError(code: .unauthenticated, message: "the institution is revoked", statusDetails: [8, 16, 18, 1, 65])

    /// Refuses one institution.
    private static func question(_ institution: String) -> AdmissionGate.Question {
        { $0.identity.institution == institution ? reason : nil }
    }

    /// How a stream ends.
    private static func end(of stream: any ClientStream) async -> RPCError? {
        do {
            while try await stream.next() != nil {}
            return nil
        } catch {
            return error
        }
    }

    private static func isReason(_ error: RPCError?) -> Bool {
        error?.code == reason.code && error?.message == reason.message && error?.statusDetails == reason.statusDetails
    }

    @Test("one institution of twelve is revoked: its streams say why, and nobody else's call fails")
    func institution() async throws {
        let tally = LoadTally()
        try await LiveRegion.with(LoopbackTrust(), clients: 12) { region in
            let revoked = region.clients[5]
            var streams: [any ClientStream] = []
            for _ in 0..<20 { streams.append(try await revoked.stream()) }
            let channel = revoked.channel
            let hanging = Task.immediate { try await channel.unary(EchoService.hang, FramedMessage(payload: []), .defaults) }
            try await revoked.echo()
            let others = region.clients.filter { $0.path != revoked.path }
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                for client in others {
                    tasks.addTask { await tally.run { try await client.echo() } }
                    let stream = try await client.stream()
                    tasks.addTask {
                        await tally.run {
                            try await stream.send(FramedMessage(payload: [1]))
                            _ = try await stream.next()
                        }
                    }
                }
                await tally.more(200)
                let report = await region.serverCredentials.deny(Self.question(LiveRegion.institution(5)))
                #expect(report.connections == 1)
                #expect(report.streams == 21)
                #expect(report.silencedNanoseconds > 0 && report.closedNanoseconds >= report.silencedNanoseconds)
                #expect(report.closedNanoseconds < LiveRegion.longestCut)
                for (index, stream) in streams.enumerated() {
                    let end = await Self.end(of: stream)
                    #expect(Self.isReason(end), "stream \(index) ended with \(end.map { "\($0)" } ?? "OK")")
                }
                let error = await #expect(throws: RPCError.self) { try await hanging.value }
                #expect(Self.isReason(error))
                var cancelled = region.cancellations.makeAsyncIterator()
                #expect(await cancelled.next() != nil)
                #expect(await code { try await revoked.echo() } == .unauthenticated)
                await tally.more(200)
                tally.end()
                try await tasks.waitForAll()
            }
            // And back: the lock was for a while.
            _ = await region.serverCredentials.deny(nil)
            try await revoked.echo([3], CallOptions(waitForReady: true))
        }
        #expect(tally.failures.isEmpty, "\(tally.failures)")
    }

    @Test("a thousand streams on one connection end with the reason, over many turns")
    func thousand() async throws {
        try await LiveRegion.with(LoopbackTrust(), clients: 2, loops: 1) { region in
            var streams: [any ClientStream] = []
            for _ in 0..<1_000 { streams.append(try await region.clients[0].stream()) }
            let report = await region.server.cut(Self.question(LiveRegion.institution(0)))
            #expect(report.connections == 1)
            #expect(report.streams == 1_000)
            #expect(report.closedNanoseconds < LiveRegion.longestCut)
            for (index, stream) in streams.enumerated() {
                let end = await Self.end(of: stream)
                #expect(Self.isReason(end), "stream \(index) ended with \(end.map { "\($0)" } ?? "OK")")
            }
            try await region.clients[1].echo()
            // It was cut, not denied.
            try await region.clients[0].echo()
        }
    }

    @Test("connections on several loops are cut at a time, and two cuts wait for the same end")
    func manyConnections() async throws {
        try await LiveRegion.with(LoopbackTrust(), clients: 1) { region in
            var more: [LiveRegion.Client] = []
            for _ in 0..<40 { more.append(try region.client(LiveRegion.path(1))) }
            for client in more { try await client.echo() }
            let stream = try await more[0].stream()
            let server = region.server
            async let first = server.cut(Self.question(LiveRegion.institution(1)))
            async let second = server.cut(Self.question(LiveRegion.institution(1)))
            let reports = await [first, second]
            // The second may have come when some were closed already.
            #expect(reports.map(\.connections).max() == 40)
            #expect(Self.isReason(await Self.end(of: stream)))
            try await region.clients[0].echo()
            for client in more { await client.channel.shutdown(grace: .zero) }
        }
    }

    @Test("a channel cuts a server that is refused: its calls end with the reason here, and are cancelled there")
    func channel() async throws {
        try await LiveRegion.with(LoopbackTrust(), clients: 2) { region in
            let client = region.clients[0]
            let streams = [try await client.stream(), try await client.stream()]
            let channel = client.channel
            let hanging = Task.immediate { try await channel.unary(EchoService.hang, FramedMessage(payload: []), .defaults) }
            try await client.echo()
            let report = await client.credentials.deny { $0.identity.role == .platform ? Self.reason : nil }
            #expect(report.connections == 1)
            #expect(report.streams == 3)
            for (index, stream) in streams.enumerated() {
                let end = await Self.end(of: stream)
                #expect(Self.isReason(end), "stream \(index) ended with \(end.map { "\($0)" } ?? "OK")")
            }
            let error = await #expect(throws: RPCError.self) { try await hanging.value }
            #expect(Self.isReason(error))
            var cancelled = region.cancellations.makeAsyncIterator()
            #expect(await cancelled.next() != nil)
            #expect(await code { try await client.echo() } == .unavailable)
            try await region.clients[1].echo()
        }
    }

    @Test("a certificate is told from its successor by issuer and serial")
    func serial() async throws {
        let trust = try LoopbackTrust()
        try await LiveRegion.with(trust, clients: 1) { region in
            let client = region.clients[0]
            let old = try #require(PeerCertificate(client.credentials.credentials.leaf))
            try await client.echo()
            _ = try await client.credentials.swap(to: trust.credentials(client.path))
            let report = await region.serverCredentials.deny {
                $0.certificate.serial == old.serial && $0.certificate.issuerKeyID == old.issuerKeyID ? Self.reason : nil
            }
            #expect(report.connections == 1)
            // The next connection shows the new one.
            try await client.echo()
        }
    }

    @Test("the gate alone refuses the next call of a live connection, and has its connection cut", arguments: [false, true])
    func gate(atClient: Bool) async throws {
        try await LiveRegion.with(LoopbackTrust(), clients: 2) { region in
            let client = region.clients[0]
            let stream = try await client.stream()
            let gate = atClient ? client.credentials.gate : region.serverCredentials.gate
            gate.replace { $0.identity.uri.hasSuffix(atClient ? LiveRegion.serverPath : client.path) ? Self.reason : nil }
            // Nobody cuts: the call itself finds it out.
            let error = await #expect(throws: RPCError.self) { try await client.echo() }
            #expect(atClient ? error?.code == .unavailable : Self.isReason(error))
            #expect(Self.isReason(await Self.end(of: stream)))
            try await region.clients[1].echo()
        }
    }
}
