import Foundation
import SampanHarness

/// Where the built programs are: in SAMPAN_PROGRAMS, else beside the test bundle.
enum Programs {
    static func folder() throws -> String {
        if let named = ProcessInfo.processInfo.environment["SAMPAN_PROGRAMS"], !named.isEmpty { return named }
        for argument in CommandLine.arguments + [Bundle.main.bundlePath + "/x"] {
            var folder = URL(fileURLWithPath: argument).deletingLastPathComponent()
            while folder.path != "/" {
                if FileManager.default.isExecutableFile(atPath: folder.path + "/sampan-harness") { return folder.path }
                folder = folder.deletingLastPathComponent()
            }
        }
        throw Missing(description: "no sampan-harness beside the test bundle: run swift build, or set SAMPAN_PROGRAMS")
    }

    /// The Python of Scripts/setup, with grpcio in it.
    static func python() throws -> String {
        let named = ProcessInfo.processInfo.environment["SAMPAN_PYTHON"] ?? "\(root)/.venv/bin/python"
        guard FileManager.default.isExecutableFile(atPath: named) else {
            throw Missing(description: "no Python with grpcio at \(named): run Scripts/setup")
        }
        return named
    }

    /// The repository.
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../..").standardized.path

    struct Missing: Error, CustomStringConvertible { let description: String }
}
