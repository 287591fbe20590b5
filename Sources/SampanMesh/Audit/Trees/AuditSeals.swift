internal import SampanStorage

/// The task that seals a log while it is written. Safe from any task.
final class AuditSeals: Sendable {
    let sealer: AuditSealer
    let index: SQLiteDatabase
    private let wakes: AsyncStream<Void>.Continuation
    private let task: Task<Void, Never>

    /// - Parameters:
    ///   - rest: waits between an entry and the seal over it.
    ///   - report: told of an error once, and again only after a seal has worked in between; must not block.
    init(
        _ sealer: AuditSealer, index: SQLiteDatabase, rest: @escaping @Sendable () async -> Void,
        report: @escaping @Sendable (AuditError) -> Void
    ) {
        self.sealer = sealer
        self.index = index
        let (stream, wakes) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        self.wakes = wakes
        task = Task {
            var wasBroken = false
            for await _ in stream {
                await rest()
                if Task.isCancelled { break }
                wasBroken = await Self.seal(sealer, wasBroken, report)
            }
            // What has come since, before the file is closed; also where nobody has rested long enough.
            _ = await Self.seal(sealer, wasBroken, report)
            await index.close()
        }
        // A log that was there before it was sealed, or whose index was taken away.
        wakes.yield()
    }

    /// Something was written.
    func wake() { wakes.yield() }

    /// Seals what was written and closes the index.
    func close() async {
        wakes.finish()
        task.cancel()
        await task.value
    }

    private static func seal(_ sealer: AuditSealer, _ wasBroken: Bool, _ report: @Sendable (AuditError) -> Void) async -> Bool {
        do throws(AuditError) {
            try await sealer.seal()
            return false
        } catch {
            if !wasBroken { report(error) }
            return true
        }
    }
}
