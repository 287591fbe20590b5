/// Says that the outbox is worth a look. Many wake-ups before a look are one.
package struct WakeUps: Sendable {
    let stream: AsyncStream<Void>
    private let continuation: AsyncStream<Void>.Continuation

    package init() {
        (stream, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// From any task or thread; never waits.
    package func wake() { continuation.yield() }
}
