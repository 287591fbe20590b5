import ArgumentParser
import EchoMessages
import SampanAPI
import SampanRPC

/// One call of `echo.Echo` that checks what comes back.
struct EchoCall: Sendable {
    enum Shape: String, ExpressibleByArgument, CaseIterable { case unary, down, up, bidi }

    let shape: Shape
    /// Messages of a stream, in the direction that has many.
    let messages: Int
    private let message: Echo.Msg
    let options: CallOptions

    /// - Parameter target: whom it is for, where a node passes it on.
    init(shape: Shape, messages: Int, payload: Int, to target: String? = nil) throws {
        self.shape = shape
        self.messages = shape == .unary ? 1 : messages
        var metadata = Metadata()
        if let target { try metadata.append(target, for: "sampan-to") }
        options = CallOptions(metadata: metadata)
        // `down` is told by the count how many answers it is to send.
        message = Echo.Msg(payload: [UInt8](repeating: 7, count: payload), count: Int32(clamping: self.messages))
    }

    /// Makes the call. Latencies are a call's from `start` to its end, and in `bidi` a message's, there and back.
    func run(_ client: Echo.EchoClient, start: ContinuousClock.Instant, _ tally: LoadTally) async throws {
        switch shape {
        case .unary: try check(try await client.unary(message, options: options) == message)
        case .down: try await down(client)
        case .up:
            let last = try await client.up(options: options) { requests in
                for _ in 0..<messages { try await requests.send(message) }
            }
            try check(last.payload == message.payload && Int(last.count) == messages)
        case .bidi: try await pingPong(client, tally)
        }
        if shape != .bidi { tally.took(start.duration(to: .now)) }
        tally.called(messages: messages)
    }

    private func down(_ client: Echo.EchoClient) async throws {
        let answers = try await client.down(message, options: options)
        var count = 0
        while let answer = try await answers.next() {
            try check(answer == message)
            count += 1
        }
        try check(count == messages)
    }

    private func pingPong(_ client: Echo.EchoClient, _ tally: LoadTally) async throws {
        try await client.bidi(options: options) { requests, answers in
            for _ in 0..<messages {
                let start = ContinuousClock.now
                try await requests.send(message)
                try check(try await answers.next() == message)
                tally.took(start.duration(to: .now))
            }
            await requests.finish()
            try check(try await answers.next() == nil)
        }
    }

    private func check(_ isRight: Bool) throws {
        guard isRight else { throw WrongAnswer(description: "\(shape.rawValue): the answer is not the echo") }
    }
}

/// A call that ended well with an answer that is not right: the load ends with it.
struct WrongAnswer: Error, CustomStringConvertible {
    let description: String
}
