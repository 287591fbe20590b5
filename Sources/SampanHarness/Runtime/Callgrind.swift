internal import Foundation

/// Counts the instructions of the echo server with valgrind's callgrind: the same program does the same work on any machine, busy or not.
enum Callgrind {
    private static let valgrind = "/usr/bin/valgrind"

    /// Throws, with what to do, when valgrind is missing.
    static func check() throws {
        guard FileManager.default.isExecutableFile(atPath: valgrind) else {
            throw HarnessError("\(valgrind) is missing: Scripts/setup installs it (apt-get install valgrind)")
        }
    }

    /// Instructions of a server from its start to its end while `load` is put on it.
    static func count(_ mode: EchoBench.Mode, _ load: (EchoBench) async throws -> Void) async throws -> Int {
        let output = FileManager.default.temporaryDirectory.appendingPathComponent("sampan-callgrind-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: output) }
        let bench = try EchoBench(
            mode: mode, serving: ["--timeless"], under: [valgrind, "--tool=callgrind", "--callgrind-out-file=\(output)"])
        try await bench.run { try await load(bench) }
        // Written when the server ended.
        let text = try String(contentsOfFile: output, encoding: .utf8)
        guard let line = text.split(separator: "\n").first(where: { $0.hasPrefix("summary: ") || $0.hasPrefix("totals: ") }),
            let total = line.split(separator: " ").last.flatMap({ Int($0) })
        else { throw HarnessError("callgrind counted nothing") }
        return total
    }
}
