/// A program for tests and measurements of the stores: tests kill it in the middle of its work.
@main
struct StoreWorkload {
    static func main() async throws {
        let arguments = CommandLine.arguments.dropFirst()
        let path = arguments.dropFirst().first ?? ""
        let numbers = arguments.dropFirst(2).compactMap { Int($0) }
        switch (arguments.first, numbers.count) {
        case ("acknowledge", 0): try await AcknowledgeWorkload(path: path).run()
        case ("audit", 0): try await AuditWorkload(folder: path).run()
        case ("submit", 2): try await SubmitWorkload(path: path, callers: numbers[0], count: numbers[1]).run()
        case ("post", 4), ("post-quietly", 4):
            try await PostWorkload(
                path: path, worker: numbers[0], workers: numbers[1], count: numbers[2], batch: numbers[3],
                isQuiet: arguments.first == "post-quietly"
            ).run()
        case ("submit-acknowledged", 1): try await AcknowledgedSubmits(path: path, life: numbers[0]).run()
        case ("archive", 1): try await HistoryWorkload(path: path, life: numbers[0]).run()
        case ("archive-measured", 1): try await HistoryWorkload(path: path, life: 0).measure(count: numbers[0])
        case ("pay", 1): try await PayWorkload(path: path, life: numbers[0]).run()
        case ("pay-measured", 2): try await PayWorkload(path: path, life: 0).measure(count: numbers[0], tasks: numbers[1])
        case ("settle", 0): try await SettleWorkload(path: path).run()
        case ("ledger", 0): try await LedgerWorkload(path: path).run()
        case ("ledger-measured", 2): try await LedgerWorkload(path: path).measure(count: numbers[0], batch: numbers[1])
        default:
            print(
                "usage: store-workload acknowledge FILE | audit FOLDER | submit FILE CALLERS COUNT | post FILE WORKER WORKERS COUNT BATCH | submit-acknowledged FILE LIFE | archive FILE LIFE | archive-measured FILE COUNT | pay FILE LIFE | pay-measured FILE COUNT TASKS | settle FILE | ledger FILE | ledger-measured FILE COUNT BATCH"
            )
        }
    }
}
