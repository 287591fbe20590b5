import SampanRPC
import StoreTestSupport

/// Every call kind over plain bytes.
struct EchoService: RPCService {
    static let unary = MethodDescriptor(service: "test.Echo", name: "Unary", kind: .unary)
    static let down = MethodDescriptor(service: "test.Echo", name: "Down", kind: .serverStreaming)
    static let up = MethodDescriptor(service: "test.Echo", name: "Up", kind: .clientStreaming)
    static let bidi = MethodDescriptor(service: "test.Echo", name: "Bidi", kind: .bidirectionalStreaming)
    static let fail = MethodDescriptor(service: "test.Echo", name: "Fail", kind: .unary)
    /// Tells once, then has nothing more to tell.
    static let watch = MethodDescriptor(
        service: "test.Echo", name: "Watch", kind: .serverStreaming, idempotency: .noSideEffects)
    static let hang = MethodDescriptor(service: "test.Echo", name: "Hang", kind: .unary)

    /// Told when a hanging handler has been cancelled.
    let cancellations: AsyncStream<Void>.Continuation

    var methodHandlers: [MethodHandler] {
        [
            MethodHandler(
                Self.unary,
                .unary { request, context in
                    var metadata = Metadata()
                    for entry in context.requestMetadata where entry.key.hasPrefix("x-") {
                        metadata.appendReceived(key: entry.key, value: entry.value)
                    }
                    context.addInitialMetadata(metadata)
                    context.addTrailingMetadata(metadata)
                    return try FramedMessage(payload: request)
                }),
            MethodHandler(
                Self.down,
                .streaming { requests, responses, _ in
                    guard let request = try await requests.next() else { return }
                    for index in 0..<request[0] { try await responses.send(FramedMessage(payload: [index] + request.dropFirst())) }
                }),
            MethodHandler(
                Self.up,
                .streaming { requests, responses, _ in
                    var total = 0
                    while let request = try await requests.next() { total += request.count }
                    try await responses.send(FramedMessage(payload: Array("\(total)".utf8)))
                }),
            MethodHandler(
                Self.bidi,
                .streaming { requests, responses, _ in
                    while let request = try await requests.next() {
                        // Leaves the loop and must come back to it (runtime-notes, Pitfall 1).
                        await Detour.shared.pass()
                        try await responses.send(FramedMessage(payload: request))
                    }
                }),
            MethodHandler(
                Self.fail,
                .unary { request, _ in
                    throw RPCError(code: .failedPrecondition, message: "没有号了: 100% full\n", statusDetails: [8, 9])
                }),
            MethodHandler(
                Self.watch,
                .streaming { _, responses, _ in
                    try await responses.send(FramedMessage(payload: [1]))
                    await Waiting.untilCancelled()
                }),
            MethodHandler(
                Self.hang,
                .unary { _, _ in
                    // Ends by cancellation only: nobody ever yields.
                    let (never, continuation) = AsyncStream.makeStream(of: Void.self)
                    for await _ in never {}
                    withExtendedLifetime(continuation) { _ = cancellations.yield() }
                    throw CancellationError()
                }),
        ]
    }
}

actor Detour {
    static let shared = Detour()
    func pass() {}
}
