import ArgumentParser
import Foundation
import SampanIdentity

struct IdentityExplain: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Say field by field why two registrations of a file are one person, or not.",
        discussion: """
            Weights are log2 of how much likelier what is seen is for one person than for two; their sum with the prior is log2 of
            the odds. What the fields hold is not printed.

            EXAMPLES
              sampan identity explain --csv records.csv.gz R0000001 R0000002
              sampan identity explain --csv records.csv.gz R0000001 R0000002 --json

            Exit code: 0 link, 1 review, 2 no link, 64 wrong usage, 65 the file is not what it should be, 66 it or a row is missing.
            """)

    private struct Field: Encodable {
        let field: String
        let level: String
        let weight: Double
    }

    private struct Answer: Encodable {
        let answer: String
        let weight: Double
        let prior: Double
        let conflict: String
        let fields: [Field]
    }

    @Option(help: "The file of registrations, .csv or .csv.gz.")
    var csv: String
    @Argument(help: "rec_id of one.")
    var first: String
    @Argument(help: "rec_id of the other.")
    var second: String
    @Flag(help: "Print a JSON object in place of a table.")
    var json = false

    func run() async throws {
        let lanes = ProcessInfo.processInfo.activeProcessorCount
        let table = try await ResidentFile.read(csv, lanes: lanes)
        let people = await ResidentFeatures.read(table, lanes: lanes)
        guard let left = (0..<table.count).first(where: { table.row($0)[0] == first }),
            let right = (0..<table.count).first(where: { table.row($0)[0] == second })
        else {
            StandardError.line("Error: the file has no such rec_id")
            throw ExitCode(66)
        }
        let scorer = await BatchMatcher(lanes: lanes).scorer(people)
        let explanation = MatchExplanation(people[left], people[right], scorer, .standard)
        if json {
            StandardOutput.line(
                try JSONText.of(
                    Answer(
                        answer: explanation.answer.rawValue, weight: Double(explanation.hundredths) / 100,
                        prior: Double(explanation.priorHundredths) / 100, conflict: explanation.conflict,
                        fields: explanation.fields.map { Field(field: $0.field, level: $0.level, weight: Double($0.hundredths) / 100) })))
        } else {
            var rows = [["prior", "", Self.weight(explanation.priorHundredths)]]
            rows += explanation.fields.map { [$0.field, $0.level, Self.weight($0.hundredths)] }
            rows.append(["all", explanation.answer.rawValue, Self.weight(explanation.hundredths)])
            StandardOutput.line(TextTable(["field", "level", "weight"], rows).text)
            if !explanation.conflict.isEmpty { StandardOutput.line("never linked by itself: \(explanation.conflict)") }
        }
        switch explanation.answer {
        case .link: return
        case .review: throw ExitCode(1)
        case .none: throw ExitCode(2)
        }
    }

    private static func weight(_ hundredths: Int64) -> String {
        let sign = hundredths < 0 ? "-" : ""
        let (whole, rest) = (abs(hundredths) / 100, abs(hundredths) % 100)
        return "\(sign)\(whole).\(rest < 10 ? "0" : "")\(rest)"
    }
}
