internal import Foundation
internal import SampanTestSupport

/// `gap`: requests across a network gap that the kernel keeps: three namespaces, and a firewall that only lets the inside out.
package struct GapProof: Proof {
    package static let name = "gap"
    package static let promise =
        "outside and inside in network namespaces with a firewall between: 0 sockets listen inside, and it opens every connection (GW-01, GW-02)"

    private let seconds: Int
    private let isQuick: Bool

    package init(quick: Bool, seed: UInt64?) {
        isQuick = quick
        seconds = quick ? 3 : 30
    }

    package func run(programs: String) async throws -> Verdict {
        let tool = GapNamespaces.tool
        let isolated = [tool[1], "unshare", "--user", "--map-root-user", "--net"]
        let probe = try await FinishedProgram.run(tool[0], isolated + ["true"], timeout: .seconds(10))
        guard probe.status == 0 else {
            return skipped("no namespaces here: \(probe.errors.split(separator: "\n").first ?? "unshare failed")")
        }
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent("sampan-gap-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let run = try await FinishedProgram.run(
            tool[0], isolated + ["\(programs)/sampan-harness", "gap", directory, "--seconds", "\(seconds)"],
            timeout: .seconds(seconds + 120))
        var lines = run.output.split(separator: "\n").map(String.init)
        let figure = lines.popLast() ?? "nothing was measured"
        for line in lines { print(line) }
        switch run.status {
        case 0: return Verdict(isGood: true, figure: figure)
        case GapRun.notPermitted: return skipped("the kernel takes no firewall here: \(figure)")
        default:
            for line in run.errors.split(separator: "\n").suffix(5) { print(line) }
            return Verdict(isGood: false, figure: figure)
        }
    }

    /// Not a failure of the short form, which runs wherever the tests do; but nothing is proven either.
    private func skipped(_ reason: String) -> Verdict { Verdict(isGood: isQuick, figure: "skipped: \(reason)") }
}
