internal import SampanTestSupport

/// Runs two programs with `shaped-link` between them.
struct ShapedLine: Sendable {
    /// Of packets, each way.
    var megabitsPerSecond = 100
    /// Each way: half of a round trip.
    var delayMilliseconds = 25
    /// Packets that wait before the line; more are dropped. 500 of 1,500 bytes: 60 ms, about one round trip, as routers have it.
    var queuePackets = 500
    /// Bytes of one TCP connection instead of packets.
    let isLoopback: Bool
    let program: String

    init(programs: String, isLoopback: Bool) {
        program = "\(programs)/shaped-link"
        self.isLoopback = isLoopback
    }

    /// Whether this system lets us make network namespaces.
    static func hasNamespaces(programs: String) async throws -> Bool {
        try await FinishedProgram.run("\(programs)/shaped-link", ["--check"], timeout: .seconds(10)).status == 0
    }

    /// What `near` prints; throws when it fails, or does not end within `timeout`. Both programs die with the line.
    func run(far: [String], near: [String], timeout: Duration) async throws -> String {
        let shape = ["\(megabitsPerSecond)", "\(delayMilliseconds)", "\(queuePackets)"]
        return try await FinishedProgram.output(
            of: program, (isLoopback ? ["--loopback"] : []) + shape + ["--"] + far + ["--"] + near, timeout: timeout)
    }
}
