import SampanRPC
import SampanTransport

/// Tells how long the turns of the server's loops take, for `Scripts/prove abuse`: on a busy machine that says more than the time of a
/// call.
struct TurnsService: RPCService {
    let loops: [EventLoop]

    /// Answers with eight bytes, big-endian: nanoseconds of CPU time of the longest turn since the last call.
    var methodHandlers: [MethodHandler] {
        let method = MethodDescriptor(service: "sampan.interop.Turns", name: "TakeLongest", kind: .unary)
        return [
            MethodHandler(
                method,
                .unary { _, _ in
                    var longest = Duration.zero
                    for loop in loops { longest = max(longest, await loop.takeLongestTurn()) }
                    let (seconds, attoseconds) = longest.components
                    let nanoseconds = UInt64(seconds) * 1_000_000_000 + UInt64(attoseconds / 1_000_000_000)
                    let bytes = (0..<8).map { UInt8(truncatingIfNeeded: nanoseconds >> (56 - 8 * UInt64($0))) }
                    return try FramedMessage(payload: bytes)
                })
        ]
    }
}
