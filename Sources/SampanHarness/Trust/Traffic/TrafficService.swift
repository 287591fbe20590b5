internal import SampanRPC

/// What the nodes of the harness serve each other, over mutual TLS.
struct TrafficService: RPCService {
    static let name = "sampan.harness.Traffic"
    static let echo = MethodDescriptor(service: name, name: "Echo", kind: .unary)
    /// Every message comes back, for as long as the caller likes.
    static let hold = MethodDescriptor(service: name, name: "Hold", kind: .bidirectionalStreaming)

    let ledger: TrafficLedger

    var methodHandlers: [MethodHandler] {
        let ledger = ledger
        return [
            MethodHandler(
                Self.echo,
                .unary { request, context in
                    ledger.accepted(context.peer.identity)
                    return try FramedMessage(payload: request)
                }),
            MethodHandler(
                Self.hold,
                .streaming { requests, responses, context in
                    while let message = try await requests.next() {
                        ledger.accepted(context.peer.identity)
                        try await responses.send(try FramedMessage(payload: message))
                    }
                }),
        ]
    }
}
