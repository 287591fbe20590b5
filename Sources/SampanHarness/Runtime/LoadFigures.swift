internal import Foundation

/// What `sampan-bench load --json` measured; times in microseconds.
struct LoadFigures: Decodable, Sendable {
    let calls: Double
    let callsPerSecond: Double
    let p50Microseconds: Double
    let p99Microseconds: Double
    /// Of the process that `--server-pid` names.
    let serverCPUSecondsPer100kCalls: Double?

    init(json: String) throws {
        self = try JSONDecoder().decode(Self.self, from: Data(json.utf8))
    }
}
