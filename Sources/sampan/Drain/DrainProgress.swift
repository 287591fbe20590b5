import FoundationEssentials
import SampanAPI

/// How a drain goes, as it is shown.
struct DrainProgress: Codable, Hashable {
    /// leaving, emptying, cutting, over.
    let phase: String
    let calls: UInt32
    let connections: UInt32
    /// Of the grace.
    let leftSeconds: Double
    let cutCalls: UInt32
    let problem: String

    init(_ response: TrustV1.DrainResponse) {
        phase =
            switch response.phase {
            case .leaving: "leaving"
            case .emptying: "emptying"
            case .cutting: "cutting"
            case .over: "over"
            case .unspecified, .unrecognized: "unknown"
            }
        (calls, connections, cutCalls) = (response.calls, response.connections, response.cutCalls)
        leftSeconds = (response.left?.duration).map { $0 / .seconds(1) } ?? 0
        problem = response.problem
    }

    /// One line for a program.
    var json: String {
        get throws {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            return String(decoding: try encoder.encode(self), as: UTF8.self)
        }
    }

    /// One line for a person.
    var line: String {
        let left = "\(Self.count(calls, "call")), \(Self.count(connections, "connection")) left"
        let text =
            switch phase {
            case "leaving": "leaving the region's routes"
            case "emptying": "\(left); \(Int(leftSeconds.rounded(.up))) s of the grace"
            case "cutting": "the grace is over; \(Self.count(calls, "call")) being ended"
            case "over": cutCalls == 0 ? "out of service; no call was cut" : "out of service; \(cuts) cut"
            default: left
            }
        return CertificateDescription.printable(problem.isEmpty ? text : "\(text) (\(problem))")
    }

    /// Calls that were cut, in words.
    var cuts: String { "\(Self.count(cutCalls, "call")) \(cutCalls == 1 ? "was" : "were")" }

    private static func count(_ number: UInt32, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }
}
