import SampanRPC
import SampanSiege
@testable import SampanTransport
import Testing

@Suite("Lines to a node", .timeLimit(.minutes(20)))
struct LinesTests {
    /// Channels whose node has two lines.
    private static func withLines<R>(
        _ balancing: BalancingPolicy = .leastLatency(), failBack: Duration = .seconds(600), _ body: (Cluster) async throws -> R
    ) async throws -> R {
        try await Cluster.with(2, balancing, first: 0, configure: { $0.failBackDelay = failBack }) { cluster in
            cluster.endpoints.replace(with: cluster.lines([0, 1]))
            return try await body(cluster)
        }
    }

    private static let patient = CallOptions(timeout: .seconds(60), waitForReady: true)

    @Test(
        "the first line carries every call, the second stands by",
        arguments: [BalancingPolicy.leastLatency(), .leastRequest(), .roundRobin])
    func standBy(balancing: BalancingPolicy) async throws {
        try await Self.withLines(balancing) { cluster in
            _ = try await cluster.ask(Self.patient)
            try await cluster.settle(on: [0])
            #expect(try await cluster.spread(50) == [50, 0])
        }
    }

    @Test("the first line goes: the second carries the next call, and goes on when the first is back")
    func failOver() async throws {
        try await Self.withLines { cluster in
            try await cluster.settle(on: [0])
            await cluster.stop(0, grace: .zero)
            try await cluster.settle(on: [1])
            try await cluster.start(0)
            #expect(try await cluster.spread(50) == [0, 50])
        }
    }

    @Test("a better line that has lasted carries the calls again")
    func failBack() async throws {
        try await Self.withLines(failBack: .milliseconds(1)) { cluster in
            try await cluster.settle(on: [0])
            await cluster.stop(0, grace: .zero)
            try await cluster.settle(on: [1])
            try await cluster.start(0)
            try await cluster.settle(on: [0])
        }
    }

    @Test("a line falls silent under a call: the call ends UNAVAILABLE because another line lives, and the next goes over that")
    func silent() async throws {
        try await Self.withLines { cluster in
            let line = try #require(CuttableLine(to: cluster.addresses[0]))
            let running = Task { try await line.run() }
            var lines = cluster.lines([0, 1])
            var first = Endpoint(host: line.address.host, port: line.address.port)
            first.node = "node"
            lines[0] = first
            cluster.endpoints.replace(with: lines)
            try await cluster.settle(on: [0])
            line.silence()
            // Ten minutes of keepalive are longer than the call may take: only the comparison can end it.
            do {
                let answer = try await cluster.ask(CallOptions(timeout: .seconds(240)))
                Issue.record("\(answer) has answered over a silent line")
            } catch let error as RPCError {
                #expect(error.code == .unavailable && error.message.contains("another one to the same node answers"), "\(error)")
            }
            #expect(try await cluster.spread(20) == [0, 20])
            line.end()
            try await running.value
        }
    }

    @Test("a node that is silent on all its lines is not cut: it is busy")
    func busy() async throws {
        try await Self.withLines { cluster in
            let lines = try cluster.addresses.map { try #require(CuttableLine(to: $0)) }
            let running = lines.map { line in Task { try await line.run() } }
            cluster.endpoints.replace(
                with: lines.map { line in
                    var endpoint = Endpoint(host: line.address.host, port: line.address.port)
                    endpoint.node = "node"
                    return endpoint
                })
            try await cluster.settle(on: [0])
            for line in lines { line.silence() }
            // Three times as long as a dead line would live.
            #expect(await code { _ = try await cluster.ask(CallOptions(timeout: .seconds(3))) } == .deadlineExceeded)
            for line in lines { line.end() }
            for task in running { try await task.value }
        }
    }

    @Test("nodes share the calls, each over its best line")
    func nodes() async throws {
        try await Cluster.with(4, .roundRobin, first: 0) { cluster in
            cluster.endpoints.replace(with: cluster.lines([0, 1], to: "a") + cluster.lines([2, 3], to: "b"))
            try await cluster.settle(on: [0, 2])
            #expect(try await cluster.spread(100) == [50, 0, 50, 0])
            await cluster.stop(2, grace: .zero)
            try await cluster.settle(on: [0, 3])
        }
    }
}
