import SampanCrypto
import SampanRPC
import SampanTransport
import Testing

@Suite("Calls over mutual TLS", .timeLimit(.minutes(20)))
struct TLSCallTests {
    private static let whoAmI = ListedMethods.descriptor("WhoAmI")
    private static let answer = MethodHandler(
        whoAmI,
        .unary { _, context in
            try FramedMessage(payload: Array("\(context.peer.identity?.uri ?? "nobody")".utf8))
        })

    @Test("payloads of every size", arguments: [0, 1, 16_383, 16_384, 16_385, 100_000, 4 * 1_024 * 1_024])
    func sizes(size: Int) async throws {
        let trust = try LoopbackTrust()
        try await EchoFixture.with(serverTLS: trust.server(), clientTLS: trust.client()) { fixture in
            try await fixture.echo((0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31) })
        }
    }

    @Test("streams each way, on two loops")
    func streams() async throws {
        let trust = try LoopbackTrust()
        try await EchoFixture.with(loops: 2, serverTLS: trust.server(), clientTLS: trust.client()) { fixture in
            let up = try await fixture.channel.open(EchoService.up, .defaults)
            for _ in 0..<100 { try await up.send(FramedMessage(payload: [UInt8](repeating: 1, count: 50_000))) }
            await up.finish()
            #expect(try await up.next() == Array("5000000".utf8))
            let down = try await fixture.channel.open(EchoService.down, .defaults)
            try await down.send(FramedMessage(payload: [200] + [UInt8](repeating: 7, count: 20_000)))
            await down.finish()
            var count = 0
            while try await down.next() != nil { count += 1 }
            #expect(count == 200)
        }
    }

    @Test("the handler sees role, institution and node of its caller")
    func identity() async throws {
        let trust = try LoopbackTrust()
        let path = "hospital/12330100470116100X/his-1"
        try await EchoFixture.with(
            serverTLS: trust.server(), clientTLS: trust.client(trust.identity(path)), methods: [Self.answer]
        ) { fixture in
            let reply = try await fixture.channel.unary(Self.whoAmI, FramedMessage(payload: []), .defaults)
            #expect(String(decoding: reply.message, as: UTF8.self) == "spiffe://region.test/\(path)")
        }
    }

    enum Fault: CaseIterable {
        case noCertificate, otherDomain, otherAuthority, expired, notYetValid, plaintextClient
        case serverExpired, serverOtherDomain, plaintextServer
    }

    @Test(
        "a peer that is not in order is UNAVAILABLE, a caller whose own certificate is refused UNAUTHENTICATED; nothing reaches a handler",
        arguments: Fault.allCases)
    func refused(fault: Fault) async throws {
        let trust = try LoopbackTrust()
        var server: TLSContext? = try trust.server()
        var client: TLSContext? = try trust.client()
        let path = "hospital/12330100470116100X/his-1"
        switch fault {
        case .noCertificate: client = try trust.context(.client, nil)
        case .otherDomain: client = try trust.client(trust.identity(path, domain: "elsewhere.test"))
        case .otherAuthority:
            let other = try LoopbackTrust()
            client = try trust.client(other.identity(path))
        case .expired: client = try trust.client(trust.identity(path, from: -7_200, to: -60))
        case .notYetValid: client = try trust.client(trust.identity(path, from: 3_600, to: 7_200))
        case .plaintextClient: client = nil
        case .serverExpired: server = try trust.server(trust.identity("platform/p/n", from: -7_200, to: -60))
        case .serverOtherDomain: server = try trust.server(trust.identity("platform/p/n", domain: "elsewhere.test"))
        case .plaintextServer: server = nil
        }
        let interceptor = RecordingInterceptor()
        try await EchoFixture.with(serverTLS: server, clientTLS: client, interceptors: [interceptor]) { fixture in
            let isRefused = [.noCertificate, .otherDomain, .otherAuthority, .expired, .notYetValid].contains(fault)
            #expect(await code { try await fixture.echo() } == (isRefused ? .unauthenticated : .unavailable))
        }
        #expect(interceptor.admitted.isEmpty)
    }
}
