internal import SampanRPC

/// What a proof asks of a node of the harness: on a listener of its own, in the clear, on loopback.
struct TrafficControl: RPCService {
    private static let name = "sampan.harness.TrafficControl"
    /// A `TrafficReport` since the last one.
    static let report = MethodDescriptor(service: name, name: "Report", kind: .unary)
    /// Does what the request's text says (`TrafficOrder`), and answers when it is done.
    static let order = MethodDescriptor(service: name, name: "Order", kind: .unary)

    let ledger: TrafficLedger
    let obey: @Sendable (TrafficOrder) async throws -> Void

    var methodHandlers: [MethodHandler] {
        let (ledger, obey) = (ledger, obey)
        return [
            MethodHandler(Self.report, .unary { _, _ in try FramedMessage(payload: try ledger.take().json()) }),
            MethodHandler(
                Self.order,
                .unary { request, _ in
                    guard let order = TrafficOrder(rawValue: String(decoding: request, as: UTF8.self)) else {
                        throw RPCError(code: .invalidArgument, message: "no such order")
                    }
                    try await obey(order)
                    return try FramedMessage(payload: [])
                }),
        ]
    }
}
