internal import Foundation

/// What Resources/instructions.json holds: the instructions that each thing took when it was last looked at.
///
/// A person changes a figure there, on purpose, in the commit that changes it.
struct InstructionThresholds: Decodable, Sendable {
    /// Share by which a figure may be above its threshold: releases of the libraries, not our changes.
    let tolerance: Double
    let instructions: [String: Int]

    static func read() throws -> InstructionThresholds {
        try JSONDecoder().decode(Self.self, from: Data(PackageResources.instructions_json))
    }

    func limit(_ name: String) throws -> Int {
        guard let figure = instructions[name] else { throw HarnessError("instructions.json has no figure for \(name)") }
        return Int(Double(figure) * (1 + tolerance))
    }
}
