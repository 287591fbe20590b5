internal import Foundation
internal import SampanTestSupport

/// `instructions`: what a call, a message and a connection cost the server, in instructions.
package struct InstructionsProof: Proof {
    package static let name = "instructions"
    package static let promise = "instructions of the server per call, message and connection stay at what instructions.json says"

    /// One thing that is counted, by the difference of two runs: what the server does once drops out.
    private struct Subject {
        let name: String
        let mode: EchoBench.Mode
        let unit: String
        /// Of these, in the shorter and in the longer run.
        let few: Int
        let many: Int
        let load: @Sendable (EchoBench, _ count: Int) async throws -> Void
    }

    private static let h2load = "/usr/bin/h2load"
    /// Messages of one `Down` call.
    private static let messages = 1_000

    private static let subjects = [
        Subject(name: "unary-h2c", mode: .h2c, unit: "call", few: 1_000, many: 4_000) { try await unary($0, $1, scheme: "http") },
        Subject(name: "unary-tls", mode: .tls, unit: "call", few: 1_000, many: 4_000) { try await unary($0, $1, scheme: "https") },
        Subject(name: "down-h2c", mode: .h2c, unit: "message", few: 2_000, many: 12_000) { try await down($0, $1, scheme: "http") },
        Subject(name: "down-tls", mode: .tls, unit: "message", few: 2_000, many: 12_000) { try await down($0, $1, scheme: "https") },
        Subject(name: "connection-mtls", mode: .mtls, unit: "connection and its first call", few: 10, many: 60) { bench, count in
            await (try bench.hold(count, parallel: 1)).kill()
        },
    ]

    /// The short form is the full one: it takes a minute.
    package init(quick: Bool, seed: UInt64?) {}

    package func run(programs: String) async throws -> Verdict {
        try Callgrind.check()
        guard FileManager.default.isExecutableFile(atPath: Self.h2load) else {
            throw HarnessError("\(Self.h2load) is missing: Scripts/setup installs it (apt-get install nghttp2-client)")
        }
        let thresholds = try InstructionThresholds.read()
        var (shown, over): ([String], [String]) = ([], [])
        for subject in Self.subjects {
            let few = try await Callgrind.count(subject.mode) { try await subject.load($0, subject.few) }
            let many = try await Callgrind.count(subject.mode) { try await subject.load($0, subject.many) }
            let each = (many - few) / (subject.many - subject.few)
            let limit = try thresholds.limit(subject.name)
            print("\(subject.name): \(each) instructions per \(subject.unit) (at most \(limit))")
            shown.append("\(subject.name) \(each)")
            if each > limit { over.append(subject.name) }
        }
        let verdict = over.isEmpty ? "" : "; over its threshold: \(over.joined(separator: ", "))"
        return Verdict(isGood: over.isEmpty, figure: shown.joined(separator: ", ") + verdict)
    }

    /// 128-byte unary calls on 8 connections of 32 streams.
    private static func unary(_ bench: EchoBench, _ calls: Int, scheme: String) async throws {
        try await h2load(bench, "\(scheme)://127.0.0.1:\(bench.port)/echo.Echo/Unary", calls, ["-c8", "-m32"], count: 0)
    }

    /// 128-byte messages from the server, in calls of `messages` each, one after the other.
    private static func down(_ bench: EchoBench, _ messages: Int, scheme: String) async throws {
        let calls = messages / Self.messages
        try await h2load(bench, "\(scheme)://127.0.0.1:\(bench.port)/echo.Echo/Down", calls, ["-c1", "-m1"], count: Self.messages)
    }

    private static func h2load(_ bench: EchoBench, _ url: String, _ calls: Int, _ shape: [String], count: Int) async throws {
        let body = bench.path("body")
        try Data(request(count: count)).write(to: URL(fileURLWithPath: body))
        let output = try await FinishedProgram.output(
            of: h2load,
            shape + ["-t1", "-n\(calls)", "-d", body, "-H", "content-type: application/grpc", "-H", "te: trailers", url])
        guard output.contains("\(calls) succeeded, 0 failed") else { throw HarnessError("h2load: not every call succeeded") }
    }

    /// `Msg{payload: 128 bytes, count}` (echo.proto) behind gRPC's prefix: `count` is how many messages `Down` answers with.
    private static func request(count: Int) -> [UInt8] {
        let payload = [UInt8](repeating: 7, count: 128)
        let number = count == 0 ? [] : [0x10, UInt8(count & 0x7F | 0x80), UInt8(count >> 7)]
        let message = [0x0A, 0x80, 0x01] + payload + number
        return [0, 0, 0, 0, UInt8(message.count)] + message
    }
}
