import SampanRPC
import SampanSiege
import Synchronization
import Testing

@testable import SampanTransport

@Suite("Limits of load, over loopback", .timeLimit(.minutes(20)))
struct LoadLimitTests {
    private static func configuration(_ change: (inout LoadLimits) -> Void) -> ServerConfiguration {
        var configuration = ServerConfiguration()
        change(&configuration.load)
        return configuration
    }

    private static func priority(_ name: String) throws -> CallOptions {
        var metadata = Metadata()
        try metadata.append(name, for: "sampan-priority")
        return CallOptions(metadata: metadata)
    }

    /// Calls whose head alone says everything, one after another; the fields of each answer.
    private static func answers(_ address: SocketAddress, _ count: Int, _ more: [(String, String)] = []) async throws -> [[String: String]]
    {
        let head = RawCaller.head.map { $0.0 == ":path" ? ($0.0, "/test.Echo/Unary") : $0 } + more
        return try await RawSocket.onThread {
            guard let caller = RawCaller(to: address) else { return [] }
            return (0..<count).map { _ in
                guard let stream = try? caller.send(head, body: [0, 0, 0, 0, 0]), (try? caller.wait(for: stream)) == true else {
                    return [:]
                }
                return stream.fields
            }
        }
    }

    @Test("a caller over its rate is refused, and told when to come back")
    func rate() async throws {
        let configuration = Self.configuration { ($0.callsPerSecond, $0.burst) = (1, 3) }
        try await EchoFixture.with(configuration: configuration) { fixture in
            let began = ContinuousClock.now
            let answers = try await Self.answers(fixture.address, 50)
            let seconds = Int((ContinuousClock.now - began).components.seconds)
            let (served, refused) = (answers.filter { $0["grpc-status"] == "0" }, answers.filter { $0["grpc-status"] == "8" })
            #expect(served.count >= 3 && served.count <= 4 + seconds && served.count + refused.count == 50)
            for answer in refused { #expect((1...1_001).contains(answer["grpc-retry-pushback-ms"].flatMap { Int($0) } ?? -1)) }
            #expect(fixture.server.refusedCalls.byRate == refused.count)
        }
    }

    @Test("a caller with too many open calls is refused until one has ended; exempt services and other methods' calls count for nobody")
    func concurrency() async throws {
        let told = MethodHandler(ListedMethods.descriptor("Told"), .unary { _, _ in try FramedMessage(payload: [1]) })
        let configuration = Self.configuration { ($0.callsAtOnce, $0.exemptServices) = (2, ["test.Listed"]) }
        try await EchoFixture.with(loops: 2, configuration: configuration, methods: [told]) { fixture in
            var streams: [any ClientStream] = []
            for _ in 0..<2 {
                let stream = try await fixture.channel.open(EchoService.bidi, .defaults)
                try await stream.send(FramedMessage(payload: [1]))
                #expect(try await stream.next() == [1])
                streams.append(stream)
            }
            #expect(await code { try await fixture.echo() } == .resourceExhausted)
            for _ in 0..<10 { _ = try await fixture.channel.unary(told.method, FramedMessage(payload: []), .defaults) }
            #expect(fixture.server.refusedCalls.byConcurrency == 1)
            await streams[0].finish()
            #expect(try await streams[0].next() == nil)
            for _ in 0..<5 { try await fixture.echo() }
            #expect(fixture.server.refusedCalls.byConcurrency == 1)
        }
    }

    @Test("repetitions over the budget are refused, with the request not to try again; first calls are not")
    func retries() async throws {
        let configuration = Self.configuration { ($0.retryPercent, $0.fewestRetries) = (0, 1) }
        try await EchoFixture.with(configuration: configuration) { fixture in
            let retry = [("grpc-previous-rpc-attempts", "1")]
            let answers = try await Self.answers(fixture.address, 20, retry)
            #expect(answers.first?["grpc-status"] == "0")
            let refused = answers.filter { $0["grpc-status"] == "14" && $0["grpc-retry-pushback-ms"] == "-1" }
            // Half of the one that went through is forgotten every five seconds.
            #expect(refused.count >= 15 && fixture.server.refusedCalls.byRetryBudget == refused.count)
            #expect(try await Self.answers(fixture.address, 5).allSatisfy { $0["grpc-status"] == "0" })
        }
    }

    @Test("an overloaded server refuses the least important calls, with a time to come back, and never the exempt")
    func overload() async throws {
        let told = MethodHandler(ListedMethods.descriptor("Told"), .unary { _, _ in try FramedMessage(payload: [1]) })
        let configuration = Self.configuration { ($0.exemptServices, $0.highestPriorityOfUnknown) = (["test.Listed"], .critical) }
        try await EchoFixture.with(configuration: configuration, methods: [told]) { fixture in
            // Until the first refusal, however long a window takes on this machine.
            var refusals = 0
            while refusals == 0 {
                fixture.server.note(queueing: .seconds(10))
                if await code(of: { try await fixture.echo() }) == .unavailable { refusals += 1 }
            }
            var background = 0
            for _ in 0..<200 {
                fixture.server.note(queueing: .seconds(10))
                let options = try Self.priority("background")
                if await code(of: { try await fixture.echo([1], options) }) == .unavailable { background += 1 }
                _ = try await fixture.channel.unary(told.method, FramedMessage(payload: []), .defaults)
            }
            #expect(background > 100)
            #expect(fixture.server.refusedCalls.byOverload == refusals + background)
            let answers = try await Self.answers(fixture.address, 1, [("sampan-priority", "background")])
            #expect(answers.allSatisfy { $0["grpc-status"] == "0" || (251...1_001).contains(Int($0["grpc-retry-pushback-ms"] ?? "") ?? 0) })
        }
    }

    @Test("the most important calls are served while others are refused")
    func important() async throws {
        let configuration = Self.configuration { $0.highestPriorityOfUnknown = .critical }
        try await EchoFixture.with(configuration: configuration) { fixture in
            var (refusals, critical) = (0, 0)
            // Three of four say nothing of themselves, so that half of all has room for those that matter.
            while refusals < 20 {
                fixture.server.note(queueing: .seconds(10))
                for _ in 0..<3 where await code(of: { try await fixture.echo() }) == .unavailable { refusals += 1 }
                let options = try Self.priority("critical")
                if await code(of: { try await fixture.echo([1], options) }) == .unavailable { critical += 1 }
            }
            #expect(critical <= refusals / 4, "\(critical) of the important and \(refusals) others")
        }
    }

    @Test(
        "what a caller claims counts up to what it may; what it does not claim is its method's",
        arguments: [
            (nil, "normal"), ("background", "background"), ("high", "high"), ("critical", "high"), ("nonsense", "normal"),
        ] as [(String?, String)])
    func claims(claim: String?, counts: String) async throws {
        let seen = Mutex<[String]>([])
        let method = MethodHandler(
            ListedMethods.descriptor("Told"),
            .unary { _, context in
                seen.withLock { $0.append(context.priority.name) }
                return try FramedMessage(payload: [])
            })
        // Through a relay: it holds the caller to what it may claim, and the server behind believes the relay.
        try await RelayFixture.with(
            configuration: Self.configuration { $0.highestPriorityOfUnknown = .high }, methods: [method],
            behind: Self.configuration { $0.highestPriorityOfUnknown = .critical }
        ) { fixture in
            let options = try claim.map { try Self.priority($0) } ?? .defaults
            _ = try await fixture.channel.unary(method.method, FramedMessage(payload: []), options)
        }
        #expect(seen.withLock { $0 } == [counts])
    }

    @Test("a relay says how often a call was tried, and what the server behind it says of another attempt")
    func relayed() async throws {
        let behind = Self.configuration { ($0.retryPercent, $0.fewestRetries) = (0, 0) }
        try await RelayFixture.with(behind: behind) { fixture in
            let answers = try await Self.answers(fixture.address, 1, [("grpc-previous-rpc-attempts", "2")])
            #expect(answers.first?["grpc-status"] == "14" && answers.first?["grpc-retry-pushback-ms"] == "-1")
            #expect(fixture.behind.server.refusedCalls.byRetryBudget == 1 && fixture.relay.refusedCalls.byRetryBudget == 0)
        }
    }

    @Test("a call that is made while serving another has its priority")
    func nested() async throws {
        let method = MethodHandler(
            ListedMethods.descriptor("Told"), .unary { _, context in try FramedMessage(payload: [context.priority.rawValue]) })
        let configuration = Self.configuration { $0.highestPriorityOfUnknown = .critical }
        try await EchoFixture.with(configuration: configuration, methods: [method]) { fixture in
            let outer = CallContext(
                method: EchoService.unary, peer: Peer(address: "h:1"), requestMetadata: Metadata(), priority: .high, from: .now,
                until: 60_000_000_000)
            let reply = try await CallContext.$current.withValue(outer) {
                try await fixture.channel.unary(method.method, FramedMessage(payload: []), .defaults)
            }
            #expect(reply.message == [CallPriority.high.rawValue])
        }
    }

    @Test("a client does not wait for an endpoint that has as many of its calls as it may; who says so waits")
    func circuit() async throws {
        var channelConfiguration = ChannelConfiguration()
        channelConfiguration.maximumCallsPerEndpoint = 1
        try await EchoFixture.with(channelConfiguration: channelConfiguration) { fixture in
            let stream = try await fixture.channel.open(EchoService.bidi, .defaults)
            try await stream.send(FramedMessage(payload: [1]))
            #expect(try await stream.next() == [1])
            #expect(await code { try await fixture.echo() } == .unavailable)
            async let patient: Void = fixture.echo([2], CallOptions(waitForReady: true))
            await stream.finish()
            #expect(try await stream.next() == nil)
            try await patient
            try await fixture.echo()
        }
    }
}
