/// Ways to wait in tests. The only file of the tests that sleeps.
public enum Waiting {
    /// Suspends until the task is cancelled: what never answers by itself.
    public static func untilCancelled() async {
        let (stream, continuation) = AsyncStream.makeStream(of: Never.self)
        for await _ in stream {}
        continuation.finish()
    }

    /// Real time, for what runs real processes.
    public static func pause(_ time: Duration) async {
        try? await Task.sleep(for: time)
    }

    /// A few milliseconds between two looks at another process, which has no way to wake us.
    public static func moment() async throws {
        try await Task.sleep(for: .milliseconds(2))
    }
}
