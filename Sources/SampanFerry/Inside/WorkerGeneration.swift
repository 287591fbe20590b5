/// The workers of one N: they run until they are told to end, and take their time for it.
struct WorkerGeneration: Sendable {
    private let task: Task<Void, Never>
    private let hasEnded: AsyncStream<Void>

    init(_ body: @escaping @Sendable () async -> Void) {
        let (hasEnded, ending) = AsyncStream.makeStream(of: Void.self)
        self.hasEnded = hasEnded
        task = Task {
            await body()
            ending.finish()
        }
    }

    func end() { task.cancel() }

    func wait() async { await task.value }

    /// Returns when all have ended, or the time is over. Once only.
    func ended(within pause: @escaping @Sendable (Duration) async -> Void, _ limit: Duration) async {
        let hasEnded = hasEnded
        await withTaskGroup(of: Void.self) { tasks in
            tasks.addTask { for await _ in hasEnded {} }
            tasks.addTask { await pause(limit) }
            await tasks.next()
            tasks.cancelAll()
        }
    }
}
