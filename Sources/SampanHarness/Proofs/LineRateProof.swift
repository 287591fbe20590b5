internal import Foundation
internal import SampanMesh
internal import SampanRPC

/// `line-rate`: one stream fills a long line, each way, over mutual TLS.
package struct LineRateProof: Proof {
    package static let name = "line-rate"
    package static let promise = "one stream over mutual TLS fills 100 Mbit/s at 50 ms round trip to 90 %, down and up"

    /// Of the line, headers and all; message bytes can be 96 % of it. Windows that do not grow reach 42 % at the most.
    private let goal: Double
    private let ramp: Int
    private let seconds: Int
    private let isQuick: Bool

    package init(quick: Bool, seed: UInt64?) {
        isQuick = quick
        // The short form runs unoptimised programs on a busy machine, and only has to be far from what windows that stay small can do.
        goal = quick ? 0.65 : 0.9
        ramp = quick ? 3 : 5
        seconds = quick ? 3 : 15
    }

    package func run(programs: String) async throws -> Verdict {
        let hasNamespaces = try await ShapedLine.hasNamespaces(programs: programs)
        guard hasNamespaces || isQuick else {
            return Verdict(
                isGood: false, figure: "nothing measured: no network namespaces are to be had here (be root, or allow user namespaces)")
        }
        let line = ShapedLine(programs: programs, isLoopback: !hasNamespaces)
        let place =
            hasNamespaces
            ? "packets between two network namespaces"
            : "no namespaces here, so the bytes of one TCP connection over loopback: HTTP/2 is measured, TCP is not"
        print("\(line.megabitsPerSecond) Mbit/s, \(line.delayMilliseconds) ms each way, queue of \(line.queuePackets) packets; \(place)")
        print("messages of \(LineService.messageBytes) B, as the receiver sees them, for \(seconds) s after \(ramp) s to come up to speed")
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent("sampan-line-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: directory) }
        try issue(directory)
        print("| Mbit/s | coming up | after |\n|---|---|---|")
        var worst = Double.infinity
        for direction in LineEnd.Direction.allCases {
            if !isQuick { _ = try await measure(line, programs, directory, direction, isFixed: true) }
            worst = min(worst, try await measure(line, programs, directory, direction, isFixed: false))
        }
        let share = worst / Double(line.megabitsPerSecond)
        return Verdict(
            isGood: share >= goal,
            figure: "\(Self.shown(share * 100)) % of the line in the slower direction (at least \(Self.shown(goal * 100)) %)"
                + (hasNamespaces ? "" : ", over loopback"))
    }

    private func measure(
        _ line: ShapedLine, _ programs: String, _ directory: String, _ direction: LineEnd.Direction, isFixed: Bool
    ) async throws -> Double {
        let program = "\(programs)/sampan-harness"
        let options = ["--directory", directory, "--ramp", "\(ramp)", "--seconds", "\(seconds)"] + (isFixed ? ["--fixed-windows"] : [])
        let output = try await line.run(
            far: [program, "line", "serve"] + options, near: [program, "line", direction.rawValue] + options,
            timeout: .seconds(ramp + seconds + 60))
        let rates = output.split(whereSeparator: \.isWhitespace).compactMap { Double($0) }
        guard rates.count == 2 else { throw HarnessError("not two rates: \(output)") }
        print("| \(direction.rawValue)\(isFixed ? ", windows fixed" : "") | \(Self.shown(rates[0])) | \(Self.shown(rates[1])) |")
        return rates[1]
    }

    private func issue(_ directory: String) throws {
        let now = Int64(Date.now.timeIntervalSince1970)
        let authority = try DevelopmentAuthority.create(
            directory: directory, trustDomain: LineEnd.trustDomain, organization: nil, days: 2, now: now)
        for (name, role) in [("server", PeerIdentity.Role.platform), ("client", .hospital)] {
            let identity = try PeerIdentity(trustDomain: LineEnd.trustDomain, role: role, institution: "LINE", node: name)
            _ = try authority.issue(
                NodeCertificateRequest(identity: identity, addresses: ["10.99.0.1", "127.0.0.1"], days: 1),
                prefix: "\(directory)/\(name)", now: now)
        }
    }

    private static func shown(_ number: Double) -> String { "\((number * 10).rounded() / 10)" }
}
