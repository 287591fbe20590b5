internal import Foundation
internal import SampanTestSupport

/// What a node of the harness has seen since its last report: JSON between its process and the proof's.
struct TrafficReport: Codable, Sendable {
    /// What became of the calls and of the stream to one other node.
    struct Peer: Codable, Sendable {
        var calls = 0
        /// How often each error was seen, by `CODE: message`; at most `TrafficLedger.failureKinds` different ones.
        var failures: [String: Int] = [:]
        /// Messages that came back on the long stream.
        var echoes = 0
        /// How often the stream ended and by what error, as `failures`.
        var breaks: [String: Int] = [:]

        var failed: Int { failures.values.reduce(0, +) }
        var broken: Int { breaks.values.reduce(0, +) }
    }

    /// By the other node's name (`PeerIdentity.node`).
    var peers: [String: Peer] = [:]
    /// When the last message was accepted from each node: nanoseconds of the machine's clock that only counts, one for all processes.
    var lastAccepted: [String: Int64] = [:]
    /// Latencies of the calls that ended well, as `LatencyHistogram.steps`; and the largest, in nanoseconds.
    var latencies: [Int: UInt32] = [:]
    var largest: UInt64 = 0

    init() {}

    init(json: [UInt8]) throws { self = try JSONDecoder().decode(Self.self, from: Data(json)) }

    func json() throws -> [UInt8] { Array(try JSONEncoder().encode(self)) }
}
