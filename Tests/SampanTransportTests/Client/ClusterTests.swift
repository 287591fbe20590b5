import SampanSiege
import SampanRPC
@testable import SampanTransport
import Synchronization
import Testing

@Suite("Many endpoints", .timeLimit(.minutes(20)))
struct ClusterTests {
    /// Calls that go on until somebody says so.
    private final class Load: Sendable {
        let isOver = Atomic(false)
        let calls = Atomic(0)

        func run(_ cluster: Cluster, _ options: CallOptions) async throws {
            while !isOver.load(ordering: .relaxed) {
                _ = try await cluster.ask(options)
                calls.add(1, ordering: .relaxed)
            }
        }
    }

    @Test("round robin spreads evenly over all that are connected")
    func roundRobin() async throws {
        try await Cluster.with(3, .roundRobin) { cluster in
            try await cluster.settle(on: [0, 1, 2])
            #expect(try await cluster.spread(300) == [100, 100, 100])
        }
    }

    @Test("pick first stays with the first, goes to the next when it is gone, and comes back to it after that")
    func pickFirst() async throws {
        try await Cluster.with(3, .pickFirst) { cluster in
            #expect(try await cluster.spread(20) == [20, 0, 0])
            await cluster.stop(0, grace: .seconds(20))
            #expect(try await cluster.spread(20) == [0, 20, 0])
            try await cluster.start(0)
            #expect(try await cluster.spread(20) == [0, 20, 0])
            await cluster.stop(1, grace: .seconds(20))
            #expect(try await cluster.spread(20) == [20, 0, 0])
        }
    }

    @Test(
        "calls that stay open spread as the servers' capacities say; equally where none has said one",
        arguments: [
            ([30, 10], [45, 15]), ([0, 0], [30, 30]), ([10, 10], [30, 30]),
        ] as [([UInt32], [Int])])
    func capacities(capacities: [UInt32], expected: [Int]) async throws {
        try await Cluster.with(2, .leastRequest(choices: LeastRequestChoices(10)), first: 0) { cluster in
            cluster.endpoints.replace(
                with: zip([0, 1], capacities).flatMap { server, capacity in
                    cluster.lines([server], to: "node-\(server)").map { line in
                        var line = line
                        line.capacity = capacity
                        return line
                    }
                })
            while Set([try await cluster.ask(CallOptions(timeout: .seconds(60), waitForReady: true)), try await cluster.ask()]).count < 2 {}
            var (counts, open) = ([0, 0], [any ClientStream]())
            for _ in 0..<60 {
                let stream = try await cluster.channel.open(Cluster.held, .defaults)
                try await stream.send(FramedMessage(payload: []))
                open.append(stream)
                counts[Int(try #require(try await stream.next())[0])] += 1
            }
            #expect(zip(counts, expected).allSatisfy { abs($0 - $1) <= 3 }, "\(counts)")
            // Held until here: a call that nobody holds is cancelled.
            #expect(open.count == 60)
        }
    }

    @Test("least request passes a server over that is busy")
    func leastRequest() async throws {
        try await Cluster.with(3, .leastRequest(choices: LeastRequestChoices(10))) { cluster in
            try await cluster.settle(on: [0, 1, 2])
            // Calls that stay open spread to the least busy each time; then all but one server's are ended.
            var open: [(server: UInt8, stream: any ClientStream)] = []
            for _ in 0..<30 {
                let stream = try await cluster.channel.open(Cluster.held, .defaults)
                try await stream.send(FramedMessage(payload: []))
                open.append((try #require(try await stream.next())[0], stream))
            }
            let counts = (0..<3 as Range<UInt8>).map { server in open.count { $0.server == server } }
            #expect(counts.allSatisfy { (8...12).contains($0) }, "\(counts)")
            for call in open where call.server != 1 {
                await call.stream.finish()
                #expect(try await call.stream.next() == nil)
            }
            let spread = try await cluster.spread(300)
            // Ten draws of three that all find the busy one: 1 in 59,049.
            #expect(spread[1] <= 1, "\(spread)")
        }
    }

    @Test(
        "one of three servers is killed under load: with retries no call fails", arguments: [BalancingPolicy.roundRobin, .leastRequest()])
    func killed(balancing: BalancingPolicy) async throws {
        try await Cluster.with(3, balancing, ScriptedFixture.retry(attempts: 5), loops: 2) { cluster in
            try await cluster.settle(on: [0, 1, 2])
            try await withThrowingTaskGroup(of: StatusCode?.self) { tasks in
                for index in 0..<2_000 {
                    tasks.addTask {
                        if index == 700 { await cluster.stop(1, grace: .zero) }
                        return await code { _ = try await cluster.ask() }
                    }
                }
                for try await outcome in tasks { #expect(outcome == nil) }
            }
            try await cluster.settle(on: [0, 2])
            try await cluster.start(1)
            try await cluster.settle(on: [0, 1, 2])
        }
    }

    @Test(
        "servers are restarted one after another under load: without any retry no call fails",
        arguments: [BalancingPolicy.roundRobin, .pickFirst])
    func rollingRestart(balancing: BalancingPolicy) async throws {
        try await Cluster.with(3, balancing, loops: 2) { cluster in
            _ = try await cluster.ask()
            let load = Load()
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                for _ in 0..<16 {
                    tasks.addTask { try await load.run(cluster, CallOptions(timeout: .seconds(30))) }
                }
                for _ in 0..<5 {
                    for index in 0..<3 {
                        await cluster.stop(index, grace: .seconds(20))
                        try await cluster.start(index)
                        // Calls go on meanwhile: the next server goes only when some have been answered by the others.
                        for _ in 0..<50 { _ = try await cluster.ask() }
                    }
                }
                load.isOver.store(true, ordering: .relaxed)
                try await tasks.waitForAll()
            }
            #expect(load.calls.load(ordering: .relaxed) > 0)
        }
    }

    @Test("a single server is restarted under load: calls that wait for a connection all succeed")
    func restartOfOne() async throws {
        let patient = CallOptions(timeout: .seconds(30), waitForReady: true)
        try await Cluster.with(1, .pickFirst, loops: 2) { cluster in
            let load = Load()
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                for _ in 0..<16 {
                    tasks.addTask { try await load.run(cluster, patient) }
                }
                for _ in 0..<5 {
                    await cluster.stop(0, grace: .seconds(20))
                    try await cluster.start(0)
                    for _ in 0..<20 { _ = try await cluster.ask(patient) }
                }
                load.isOver.store(true, ordering: .relaxed)
                try await tasks.waitForAll()
            }
        }
    }

    @Test("endpoints come and go while the channel is in use, and no call fails", arguments: [BalancingPolicy.roundRobin, .leastRequest()])
    func live(balancing: BalancingPolicy) async throws {
        try await Cluster.with(3, balancing, first: 1) { cluster in
            #expect(try await cluster.spread(10) == [10, 0, 0])
            // A call that is under way on an endpoint that goes may end.
            let held = try await cluster.channel.open(Cluster.held, .defaults)
            try await held.send(FramedMessage(payload: [1]))
            #expect(try await held.next() == [0, 1])
            cluster.endpoints.replace(with: cluster.endpoints([0, 1, 2]))
            try await cluster.settle(on: [0, 1, 2])
            cluster.endpoints.replace(with: cluster.endpoints([2, 1]))
            try await cluster.settle(on: [1, 2])
            try await held.send(FramedMessage(payload: [2]))
            #expect(try await held.next() == [0, 2])
            await held.finish()
            #expect(try await held.next() == nil)
        }
    }

    @Test("pick first keeps the endpoint in use when the list changes around it, and leaves it when it is gone")
    func livePickFirst() async throws {
        try await Cluster.with(3, .pickFirst, first: 1) { cluster in
            #expect(try await cluster.ask() == 0)
            cluster.endpoints.replace(with: cluster.endpoints([1, 0, 2]))
            #expect(try await cluster.spread(10) == [10, 0, 0])
            cluster.endpoints.replace(with: cluster.endpoints([2, 1]))
            try await cluster.settle(on: [2])
        }
    }

    @Test("no endpoints: calls fail, or wait for the first one", arguments: [BalancingPolicy.roundRobin, .pickFirst])
    func none(balancing: BalancingPolicy) async throws {
        try await Cluster.with(1, balancing, first: 0) { cluster in
            #expect(await code { _ = try await cluster.ask() } == .unavailable)
            let waiting = Task { try await cluster.ask(CallOptions(timeout: .seconds(20), waitForReady: true)) }
            #expect(await code { _ = try await cluster.ask() } == .unavailable)
            cluster.endpoints.replace(with: cluster.endpoints([0]))
            let first = try await waiting.value
            #expect(first == 0)
            cluster.endpoints.replace(with: [])
            while await code(of: { _ = try await cluster.ask() }) == nil {}
            #expect(await code { _ = try await cluster.ask() } == .unavailable)
        }
    }

    @Test("endpoints that are dead cost nothing but time", arguments: [BalancingPolicy.roundRobin, .pickFirst, .leastRequest()])
    func dead(balancing: BalancingPolicy) async throws {
        try await Cluster.with(2, balancing) { cluster in
            await cluster.stop(0, grace: .zero)
            let spread = try await cluster.spread(20)
            #expect(spread == [0, 20])
            await cluster.stop(1, grace: .zero)
            while await code(of: { _ = try await cluster.ask() }) == nil {}
            #expect(await code { _ = try await cluster.ask() } == .unavailable)
        }
    }

    @Test("an address that takes connections and says nothing holds nobody up: the next is tried beside it")
    func silent() async throws {
        let silent = try #require(try SilentListener())
        // Ten minutes are longer than any call here: whoever waits for the silent one to be given up fails.
        try await Cluster.with(1, .pickFirst, configure: { $0.setUpTimeout = .seconds(600) }) { cluster in
            cluster.endpoints.replace(with: [Endpoint(host: "127.0.0.1", port: silent.port)] + cluster.endpoints([0]))
            let first = try await cluster.ask()
            #expect(first == 0)
        }
    }

    @Test("a name with several addresses is one endpoint for each of them")
    func names() async throws {
        try await Cluster.with(1, .roundRobin) { cluster in
            cluster.endpoints.replace(with: [Endpoint(host: "localhost", port: cluster.addresses[0].port)])
            let spread = try await cluster.spread(10)
            #expect(spread == [10])
            cluster.endpoints.replace(with: [Endpoint(host: "name.invalid", port: 1)] + cluster.endpoints([0]))
            #expect(try await cluster.spread(10) == [10])
        }
    }

    @Test("a name that is not found is UNAVAILABLE, and looked up again later")
    func unknownName() async throws {
        try await Cluster.with(1, .roundRobin, first: 0) { cluster in
            cluster.endpoints.replace(with: [Endpoint(host: "name.invalid", port: 1)])
            #expect(await code { _ = try await cluster.ask() } == .unavailable)
            let waiting = Task { try await cluster.ask(CallOptions(timeout: .seconds(20), waitForReady: true)) }
            cluster.endpoints.replace(with: cluster.endpoints([0]))
            let first = try await waiting.value
            #expect(first == 0)
        }
    }

    @Test("a server that ends every connection does not keep the client busy", arguments: [BalancingPolicy.roundRobin, .pickFirst])
    func shortLives(balancing: BalancingPolicy) async throws {
        var configuration = ChannelConfiguration()
        configuration.balancing = balancing
        configuration.maximumBackoff = .milliseconds(40)
        try await ScriptedFixture.with(.none, configuration, script: { $0.disown() }) { fixture in
            // Each call is sent twice, and each time the connection ends: without a rest in between this would be thousands.
            let options = CallOptions(timeout: .milliseconds(200), waitForReady: true)
            for _ in 0..<3 { _ = await code { try await fixture.call(options) } }
            #expect(fixture.server.connectionCount <= 40)
        }
    }
}
