internal import Foundation

/// The inputs of a target that are kept as files: `Corpus/TARGET/NAME`, and `Corpus/TARGET/crashes/NAME` for what once went wrong.
package struct Corpus: Sendable {
    package let folder: String

    package init(folder: String, target: FuzzTarget) { self.folder = "\(folder)/\(target.name)" }

    /// The folder that is committed, beside the tests.
    package static let committed =
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../SampanFuzzTests/Corpus").standardized.path

    /// Every file, by name; those of `crashes` with that folder's name in front.
    package func files() -> [(name: String, bytes: [UInt8])] {
        let manager = FileManager.default
        return ["", "crashes/"].flatMap { part in
            ((try? manager.contentsOfDirectory(atPath: "\(folder)/\(part)")) ?? []).sorted().compactMap { name in
                guard let data = manager.contents(atPath: "\(folder)/\(part)\(name)"), !name.hasPrefix(".") else { return nil }
                return ("\(part)\(name)", Array(data))
            }
        }
    }

    /// Keeps an input under a name that its bytes give; returns the path.
    package func keep(_ bytes: [UInt8], as kind: String, in part: String = "") throws -> String {
        let parent = part.isEmpty ? folder : "\(folder)/\(part)"
        try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
        // FNV-1a, 64 bits: names only have to differ.
        let sum = bytes.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
        let path = "\(parent)/\(kind)-\(String(sum, radix: 16))"
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        return path
    }
}
