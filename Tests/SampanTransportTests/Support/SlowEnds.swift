import SampanRPC
import SampanTransport
import Synchronization
import Testing

/// Calls one end of which does not read: the other end is held back, and nobody else. Whatever lies between.
struct SlowEnds {
    private static let flood = ListedMethods.descriptor("Flood", .serverStreaming)
    private static let swallow = ListedMethods.descriptor("Swallow", .clientStreaming)
    /// Messages of 10 KB.
    private let count: Int
    /// How many of them may be under way while nobody reads.
    private let most: Int
    private let sent = Counter()
    private let gate = AsyncStream.makeStream(of: Void.self)

    private final class Counter: Sendable {
        private let value = Atomic<Int>(0)
        func add() { value.add(1, ordering: .relaxed) }
        var now: Int { value.load(ordering: .relaxed) }
    }

    init(count: Int, most: Int) { (self.count, self.most) = (count, most) }

    /// For the server.
    var methods: [MethodHandler] {
        [
            MethodHandler(
                Self.flood,
                .streaming { [count, sent] _, responses, _ in
                    let message = try FramedMessage(payload: [UInt8](repeating: 1, count: 10_000))
                    for _ in 0..<count {
                        try await responses.send(message)
                        sent.add()
                    }
                }),
            MethodHandler(
                Self.swallow,
                .streaming { [gate] requests, responses, _ in
                    for await _ in gate.stream { break }
                    var count = 0
                    while try await requests.next() != nil { count += 1 }
                    try await responses.send(FramedMessage(payload: Array("\(count)".utf8)))
                }),
        ]
    }

    /// The caller does not read. `echo`: a call beside it.
    func slowReader(_ channel: ClientChannel, echo: ([UInt8]) async throws -> Void) async throws {
        let stream = try await channel.open(Self.flood, .defaults)
        await stream.finish()
        #expect(try await stream.next()?.count == 10_000)
        for _ in 0..<200 { try await echo([UInt8](repeating: 3, count: 20_000)) }
        #expect(sent.now <= most)
        var taken = 1
        while try await stream.next() != nil { taken += 1 }
        #expect(taken == count)
    }

    /// The handler does not read.
    func slowHandler(_ channel: ClientChannel, echo: ([UInt8]) async throws -> Void) async throws {
        let stream = try await channel.open(Self.swallow, .defaults)
        async let sending: Void = { [count, sent] in
            let message = try FramedMessage(payload: [UInt8](repeating: 1, count: 10_000))
            for _ in 0..<count {
                try await stream.send(message)
                sent.add()
            }
            await stream.finish()
        }()
        for _ in 0..<200 { try await echo([UInt8](repeating: 3, count: 20_000)) }
        #expect(sent.now <= most)
        gate.continuation.yield()
        try await sending
        #expect(try await stream.next() == Array("\(count)".utf8))
    }
}
