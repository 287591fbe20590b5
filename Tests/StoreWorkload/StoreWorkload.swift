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
        case ("pay", 1): try await PayWorkload(path: path, life: numbers[0]).run()
        default:
            print(
                "usage: store-workload acknowledge FILE | audit FOLDER | submit FILE CALLERS COUNT | post FILE WORKER WORKERS COUNT BATCH | submit-acknowledged FILE LIFE | pay FILE LIFE"
            )
        }
    }
}
