import EchoMessages
import SampanCrypto
import SampanAPI
import SampanRPC
import SampanTestSupport
import SampanTransport

/// One caller of the soak: things that clients do, at random and from a seed, each with the one end that it must have.
struct SoakMix: Sendable {
    enum Deed: String, CaseIterable, Sendable { case unary, large, down, up, bidi, cancel, deadline, churn }

    let group: EventLoopGroup
    let port: UInt16
    let tls: TLSContext?

    /// Bytes of a large message: several frames and a window update.
    private static let largePayload = 100_000
    /// Time that a call may take which waits for an answer that never comes. Short: it only has to run out.
    private static let shortDeadline: Duration = .milliseconds(20)

    func run(_ deed: Deed, _ client: Echo.EchoClient, _ random: inout SeededRandom) async throws {
        switch deed {
        case .unary: try await unary(client, payload: Int.random(in: 0...2_000, using: &random))
        case .large: try await unary(client, payload: Self.largePayload)
        case .down: try await down(client, count: Int.random(in: 0...300, using: &random))
        case .up: try await up(client, count: Int.random(in: 0...300, using: &random))
        case .bidi: try await bidi(client, count: Int.random(in: 1...50, using: &random))
        case .cancel: try await cancel(client, after: Int.random(in: 0...20, using: &random))
        case .deadline: try await deadline(client)
        case .churn: try await churn(calls: Int.random(in: 1...5, using: &random))
        }
    }

    private func unary(_ client: Echo.EchoClient, payload: Int) async throws {
        let message = Echo.Msg(payload: [UInt8](repeating: 7, count: payload), count: 1)
        try expect(try await client.unary(message) == message)
    }

    private func down(_ client: Echo.EchoClient, count: Int) async throws {
        let answers = try await client.down(Echo.Msg(payload: [1, 2, 3], count: Int32(count)))
        var seen = 0
        while try await answers.next() != nil { seen += 1 }
        try expect(seen == count)
    }

    private func up(_ client: Echo.EchoClient, count: Int) async throws {
        let last = try await client.up { requests in
            for _ in 0..<count { try await requests.send(Echo.Msg(payload: [4, 5, 6])) }
        }
        try expect(Int(last.count) == count)
    }

    private func bidi(_ client: Echo.EchoClient, count: Int) async throws {
        try await client.bidi { requests, answers in
            for index in 0..<count {
                try await requests.send(Echo.Msg(count: Int32(index)))
                try expect(try await answers.next()?.count == Int32(index))
            }
            await requests.finish()
            try expect(try await answers.next() == nil)
        }
    }

    /// A stream that would go on for ever, given up after some messages. Large ones: the server fills the window, not the time, with them.
    private func cancel(_ client: Echo.EchoClient, after count: Int) async throws {
        let answers = try await client.down(Echo.Msg(payload: [UInt8](repeating: 7, count: 4_000), count: .max))
        for _ in 0..<count { try expect(try await answers.next() != nil) }
        answers.cancel()
        do {
            while try await answers.next() != nil {}
        } catch {
            try expect(error.code == .cancelled)
            return
        }
        try expect(false)
    }

    /// A stream on which nobody says anything until its deadline.
    private func deadline(_ client: Echo.EchoClient) async throws {
        do {
            try await client.bidi(options: CallOptions(timeout: Self.shortDeadline)) { _, answers in
                _ = try await answers.next()
            }
        } catch let error as RPCError {
            try expect(error.code == .deadlineExceeded)
            return
        }
        try expect(false)
    }

    /// A connection of its own for a few calls.
    private func churn(calls: Int) async throws {
        let channel = ClientChannel(group: group, host: "127.0.0.1", port: port, tls: tls)
        for _ in 0..<calls { try await unary(Echo.EchoClient(channel), payload: 128) }
        await channel.shutdown()
    }

    private func expect(_ isRight: Bool) throws {
        guard isRight else { throw WrongAnswer(description: "the call ended in another way than it must") }
    }
}
