import Glibc
import Logging
import SampanDomain
import SampanFerry
import SampanProcess

/// Submits requests, finishes them, and has them become history, from many tasks. A test kills it; a measurement lets it end.
struct HistoryWorkload {
    let path: String
    /// Sets the ids of this run apart from those of an earlier one over the same file.
    let life: Int

    private static let now = UnixTime(nanoseconds: 1_800_000_000_000_000_000)

    /// For ever; prints number, id and receipt of each row whose outcome was acknowledged.
    func run() async throws {
        let store = try await RequestStore.open(path: path)
        await withTaskGroup(of: Void.self) { group in
            for task in 0..<16 {
                group.addTask {
                    var index = 0
                    while let seq = try? await live("\(life)-\(task)-\(index)", store) {
                        let line = Array("\(seq) \(life)-\(task)-\(index) H\(seq)\n".utf8)
                        _ = unsafe line.withUnsafeBytes { unsafe Glibc.write(1, $0.baseAddress, $0.count) }
                        index += 1
                    }
                }
            }
            // Smaller lots than the gateway's, so that a kill falls into one of many.
            group.addTask { while (try? await store.archive(16)) != nil {} }
        }
    }

    /// `count` rows with the gateway's own archivist beside; prints, for each tenth of them, what one cost and how large everything is.
    func measure(count: Int) async throws {
        let store = try await RequestStore.open(path: path)
        let archivist = RequestArchivist(store, now: { Self.now }, log: Logger(label: "archive") { _ in SwiftLogNoOpLogHandler() })
        let archiving = Task { await archivist.run() }
        let clock = ContinuousClock()
        for tenth in 0..<10 {
            let before = ProcessorTime.now()
            let rows = (tenth * count / 10)..<((tenth + 1) * count / 10)
            let elapsed = try await clock.measure { try await live(rows, tasks: 128, store) }
            let spent = ProcessorTime.now() - before
            let looks = (0..<2_000).map { _ in Int64.random(in: 0..<Int64(rows.upperBound)) }
            let looking = try await clock.measure { for seq in looks { _ = try await store.status(seq) } }
            let replaying = try await clock.measure {
                for seq in looks { _ = try await store.submit(Self.request("m\(seq)"), now: Self.now) }
            }
            print(
                "archive rows=\(rows.upperBound) rows/s=\(rate(rows.count, elapsed)) cpu/row=\(spent.microseconds / rows.count)us "
                    + "status=\(Self.each(looking, looks.count))us replay=\(Self.each(replaying, looks.count))us "
                    + "hot=\(store.finishedCount + store.openCount) resident=\(Self.residentKiB)KiB")
        }
        archiving.cancel()
        await archiving.value
        await store.close()
    }

    private func live(_ rows: Range<Int>, tasks: Int, _ store: RequestStore) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for task in 0..<tasks {
                group.addTask {
                    for row in stride(from: rows.lowerBound + task, to: rows.upperBound, by: tasks) { _ = try await live("m\(row)", store) }
                }
            }
            try await group.waitForAll()
        }
    }

    private func live(_ id: String, _ store: RequestStore) async throws -> Int64 {
        let seq = try await store.submit(try Self.request(id), now: Self.now).seq
        let outcome = RequestOutcome.posted(try ReceiptNumber("H\(seq)"))
        _ = try await store.complete([RequestCompletion(seq: seq, outcome: outcome, decidedAt: Self.now)], now: Self.now)
        return seq
    }

    /// Ids in no order, as callers' are that use UUIDs: the worst for an index.
    private static func request(_ id: String) throws -> NewRequest {
        var mixed: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in id.utf8 { mixed = (mixed ^ UInt64(byte)) &* 0x100_0000_01B3 }
        return NewRequest(
            submitter: try InstitutionCode("4699010001", scheme: .local), requestID: try RequestID(String(mixed, radix: 16) + "-" + id),
            hash: [UInt8](repeating: 7, count: 32), payload: [UInt8](repeating: 42, count: 250), deadline: UnixTime(nanoseconds: .max))
    }

    private static func each(_ time: Duration, _ count: Int) -> Int { Int(time / .microseconds(1)) / count }

    private static var residentKiB: Int { (ProcessStat(of: getpid())?.residentBytes ?? 0) / 1_024 }
}
