internal import SampanRPC

/// Streams that do nothing but fill the line.
struct LineService: RPCService {
    static let down = MethodDescriptor(service: "sampan.harness.Line", name: "Down", kind: .serverStreaming)
    static let up = MethodDescriptor(service: "sampan.harness.Line", name: "Up", kind: .clientStreaming)

    /// 32 KiB: two frames, as a page of an image is.
    static let messageBytes = 32 * 1_024

    let ramp: Duration
    let interval: Duration

    var methodHandlers: [MethodHandler] {
        [
            MethodHandler(
                Self.down,
                .streaming { _, responses, _ in
                    let message = try FramedMessage(payload: [UInt8](repeating: 7, count: Self.messageBytes))
                    while true { try await responses.send(message) }
                }),
            MethodHandler(
                Self.up,
                .streaming { requests, responses, _ in
                    var meter = LineMeter(ramp: ramp, interval: interval)
                    while let message = try await requests.next(), meter.take(message.count, at: .now) {}
                    try await responses.send(FramedMessage(payload: Array(meter.text.utf8)))
                }),
        ]
    }
}
