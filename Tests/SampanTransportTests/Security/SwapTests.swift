import SampanCrypto
import SampanRPC
@testable import SampanTransport
import Testing

@Suite("Credentials that are replaced while they are used", .timeLimit(.minutes(20)))
struct SwapTests {
    /// Steps of a rollover, in their order, for all nodes one after the other.
    private enum Step: CaseIterable {
        case leaf, issuer, bothRoots, newRoot, oldRootGone
    }

    @Test("fifty swaps of certificates, issuers and roots under load: no call fails, no stream breaks")
    func underLoad() async throws {
        var trust = try LoopbackTrust()
        var configuration = ServerConfiguration()
        // New connections all the time, as they would come over hours; streams keep the old ones.
        configuration.maximumConnectionAge = .milliseconds(25)
        let tally = LoadTally()
        try await LiveRegion.with(trust, clients: 3, configuration: configuration) { region in
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                for client in region.clients {
                    tasks.addTask { await tally.run { try await client.echo() } }
                    tasks.addTask { try await Self.stream(client, tally) }
                }
                var next = trust
                for round in 0..<10 {
                    for step in Step.allCases {
                        switch step {
                        case .leaf: break
                        case .issuer: trust = try LoopbackTrust(under: trust.root)
                        case .bothRoots: next = try LoopbackTrust()
                        case .newRoot, .oldRootGone: break
                        }
                        let (old, new) = (trust, next)
                        try await region.swapAll { path in
                            switch step {
                            case .leaf, .issuer: try old.credentials(path)
                            case .bothRoots: try old.credentials(path, roots: [old.root.certificate, new.root.certificate])
                            case .newRoot: try new.credentials(path, roots: [old.root.certificate, new.root.certificate])
                            case .oldRootGone: try new.credentials(path)
                            }
                        }
                        if step == .oldRootGone { trust = next }
                        await tally.more(50)
                    }
                    guard tally.failures.isEmpty else { break }
                    #expect(region.serverCredentials.generation == 1 + 5 * (round + 1))
                }
                tally.end()
                try await tasks.waitForAll()
            }
            // It was not the first set that carried it all: the first root is not believed any more, the last is.
            let late = try region.client(LiveRegion.path(0))
            #expect(await code { try await late.echo() } == .unavailable)
            _ = try await late.credentials.swap(to: trust.credentials(late.path))
            try await late.echo()
            await late.channel.shutdown(grace: .zero)
        }
        #expect(tally.failures.isEmpty, "\(tally.failures)")
        #expect(tally.calls >= 2_500)
    }

    /// A stream that talks until the load ends, and then ends in order.
    private static func stream(_ client: LiveRegion.Client, _ tally: LoadTally) async throws {
        let stream = try await client.stream()
        var number: UInt8 = 0
        await tally.run {
            number &+= 1
            try await stream.send(FramedMessage(payload: [number]))
            guard try await stream.next() == [number] else { throw RPCError(code: .dataLoss, message: "another answer") }
        }
        await stream.finish()
        #expect(try await stream.next() == nil)
    }

    @Test("new connections take what is in force, old ones keep what they have")
    func newAndOld() async throws {
        let trust = try LoopbackTrust()
        let other = try LoopbackTrust()
        try await LiveRegion.with(trust, clients: 1) { region in
            let client = region.clients[0]
            try await client.echo()
            // The server forgets the root that the client hangs on.
            _ = try await region.serverCredentials.swap(to: other.credentials(LiveRegion.serverPath))
            try await client.echo()
            let late = try region.client(client.path)
            #expect(await code { try await late.echo() } == .unavailable)
            _ = try await late.credentials.swap(to: other.credentials(client.path))
            try await late.echo()
            await late.channel.shutdown(grace: .zero)
        }
    }

    enum Broken: CaseIterable {
        case otherNode, noRoots, rootIsNoAuthority, strangeRoot, expired, notYetValid
    }

    @Test("what does not work changes nothing, and the error says what failed", arguments: Broken.allCases)
    func broken(_ broken: Broken) async throws {
        let trust = try LoopbackTrust()
        let path = LiveRegion.path(0)
        let (next, step): (NodeCredentials, SwapError.Step) =
            switch broken {
            case .otherNode: (try trust.credentials(LiveRegion.path(1)), .identity)
            case .noRoots: (try trust.credentials(path, roots: []), .serverContext)
            case .rootIsNoAuthority: (try trust.credentials(path, roots: [trust.identity(path).leaf]), .serverContext)
            // The client is the first to judge.
            case .strangeRoot: (try trust.credentials(path, roots: [LoopbackTrust().root.certificate]), .shownAsServer)
            case .expired: (try trust.credentials(path, from: -7_200, to: -60), .shownAsServer)
            case .notYetValid: (try trust.credentials(path, from: 3_600, to: 7_200), .shownAsServer)
            }
        try await LiveRegion.with(trust, clients: 1) { region in
            let client = region.clients[0]
            let error = await #expect(throws: SwapError.self) { try await client.credentials.swap(to: next) }
            #expect(error?.step == step, "\(error?.description ?? "")")
            #expect(client.credentials.generation == 1)
            #expect(client.credentials.credentials.isSame(as: next) == false)
            try await client.echo()
        }
    }

    @Test("a node that is denied itself still takes what it is given")
    func deniedItself() async throws {
        let trust = try LoopbackTrust()
        let credentials = try LiveCredentials(trust.credentials(LiveRegion.path(0)))
        _ = await credentials.deny { _ in RPCError(code: .unauthenticated, message: "nobody") }
        #expect(try await credentials.swap(to: trust.credentials(LiveRegion.path(0))) == 2)
    }

    @Test("whoever waits for a peer that could not be reached tries at once", arguments: [BalancingPolicy.pickFirst, .roundRobin])
    func backoff(balancing: BalancingPolicy) async throws {
        let trust = try LoopbackTrust()
        let stranger = try LoopbackTrust()
        var habits = ChannelConfiguration()
        habits.balancing = balancing
        habits.initialBackoff = .seconds(3_600)
        habits.maximumBackoff = .seconds(3_600)
        try await LiveRegion.with(trust, clients: 1) { region in
            let credentials = try LiveCredentials(stranger.credentials(LiveRegion.path(0)))
            let channel = ClientChannel(
                group: region.group, endpoints: [Endpoint(host: region.address.host, port: region.address.port)],
                credentials: credentials, configuration: habits)
            let client = LiveRegion.Client(path: LiveRegion.path(0), credentials: credentials, channel: channel)
            #expect(await code { try await client.echo() } == .unavailable)
            async let waiting: Void = client.echo([2], CallOptions(waitForReady: true))
            _ = try await credentials.swap(to: trust.credentials(LiveRegion.path(0)))
            try await waiting
            await channel.shutdown(grace: .zero)
        }
    }

    @Test("channels and servers that are over are not held")
    func released() async throws {
        let trust = try LoopbackTrust()
        try await LiveRegion.with(trust, clients: 0) { region in
            weak var core: ChannelCore?
            let credentials = try LiveCredentials(trust.credentials(LiveRegion.path(0)))
            do {
                let channel = ClientChannel(
                    group: region.group, endpoints: [Endpoint(host: region.address.host, port: region.address.port)],
                    credentials: credentials)
                core = channel.core
                _ = try await channel.unary(EchoService.unary, FramedMessage(payload: [1]), .defaults)
                await channel.shutdown(grace: .zero)
            }
            // What the loop still holds of it goes with the turn.
            for loop in region.group.loops { await loop.run {} }
            #expect(await credentials.cut { _ in RPCError(code: .unauthenticated, message: "") } == .nothing)
            _ = core
        }
    }
}
