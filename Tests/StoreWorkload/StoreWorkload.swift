/// A program for tests and measurements of the stores: tests kill it in the middle of its work.
@main
struct StoreWorkload {
    static func main() async throws {
        let arguments = Array(CommandLine.arguments.dropFirst())
        switch arguments.first {
        case "acknowledge": try await AcknowledgeWorkload(path: arguments[1]).run()
        default: print("usage: store-workload acknowledge FILE")
        }
    }
}
