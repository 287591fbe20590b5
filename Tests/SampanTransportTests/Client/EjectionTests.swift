import SampanRPC
@testable import SampanTransport
import Synchronization
import Testing

@Suite("Endpoints that fail", .timeLimit(.minutes(20)))
struct EjectionTests {
    @Test(
        "a server that answers every call UNAVAILABLE gets five of them and no more for now, the others carry on",
        arguments: [BalancingPolicy.leastLatency(), .leastRequest(), .roundRobin])
    func ejected(balancing: BalancingPolicy) async throws {
        try await Cluster.with(3, balancing) { cluster in
            try await cluster.settle(on: [0, 1, 2])
            cluster.sick.servers.withLock { $0 = [1] }
            var failures = 0
            while failures < EndpointHealth.tolerated {
                if await code(of: { _ = try await cluster.ask() }) == .unavailable { failures += 1 }
            }
            // An ejection lasts a second; a trial in the middle of slow calls is one failure more.
            var more = 0
            for _ in 0..<100 where await code(of: { _ = try await cluster.ask() }) != nil { more += 1 }
            #expect(more <= 5, "\(more)")
            cluster.sick.servers.withLock { $0 = [] }
            try await cluster.settle(on: [0, 1, 2])
        }
    }

    @Test("the last is never ejected: where all fail, calls fail as the servers say, and do well with the first that does")
    func last() async throws {
        try await Cluster.with(2, .leastLatency()) { cluster in
            try await cluster.settle(on: [0, 1])
            cluster.sick.servers.withLock { $0 = [0, 1] }
            for _ in 0..<30 { #expect(await code { _ = try await cluster.ask() } == .unavailable) }
            cluster.sick.servers.withLock { $0 = [] }
            try await cluster.settle(on: [0, 1])
        }
    }

    @Test("calls wait for a node that is gone, for as long as the channel has patience, and get no error when it comes back meanwhile")
    func patience() async throws {
        try await Cluster.with(1, .leastLatency(), configure: { $0.outagePatience = .seconds(600) }) { cluster in
            _ = try await cluster.ask()
            await cluster.stop(0, grace: .zero)
            async let waiting = cluster.ask(CallOptions(timeout: .seconds(60)))
            try await cluster.start(0)
            #expect(try await waiting == 0)
        }
    }

    @Test("when patience ends, calls that waited fail, and others fail at once from then on")
    func patienceEnds() async throws {
        try await Cluster.with(1, .leastLatency(), configure: { $0.outagePatience = .milliseconds(50) }) { cluster in
            _ = try await cluster.ask()
            await cluster.stop(0, grace: .zero)
            #expect(await code { _ = try await cluster.ask(CallOptions(timeout: .seconds(240))) } == .unavailable)
            #expect(await code { _ = try await cluster.ask(CallOptions(timeout: .seconds(240))) } == .unavailable)
            try await cluster.start(0)
            while await code(of: { _ = try await cluster.ask() }) != nil {}
        }
    }
}
