import Foundation
import SampanFuzz
import SampanProcess

/// A process that ran one target, and how it ended.
struct Work {
    struct Fault {
        /// `violation`, `hang` or `crash`.
        let kind: String
        let detail: String
    }

    let fault: Fault?
    let output: String
    /// What it was at when it ended.
    let input: [UInt8]

    init(_ target: FuzzTarget, seed: UInt64, seconds: Double, _ corpus: String, _ keep: String?, withoutCrashes: Bool) throws {
        let scratch = FileManager.default.temporaryDirectory.appendingPathComponent("sampan-fuzz-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: scratch, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(at: scratch) }
        let (record, text) = (scratch.appendingPathComponent("record").path, scratch.appendingPathComponent("text"))
        let arguments =
            ["work", target.name, "--seed", "\(seed)", "--seconds", "\(seconds)", "--record", record, "--corpus", corpus]
            + (keep.map { ["--corpus", $0, "--keep", $0] } ?? []) + (withoutCrashes ? ["--without-crashes"] : [])
        let program = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().path
        let status = try ChildProcess(program: program, arguments: arguments, output: .file(text.path), errors: .file(text.path)).wait()
        output = String(decoding: (try? Data(contentsOf: text)) ?? Data(), as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        input = Self.recorded((try? Data(contentsOf: URL(fileURLWithPath: record))) ?? Data())
        let lastWords = output.split(separator: "\n").prefix(12).joined(separator: "\n  ")
        switch status {
        case 0: fault = nil
        case WorkCommand.violated: fault = Fault(kind: "violation", detail: lastWords)
        case 128 + SIGALRM: fault = Fault(kind: "hang", detail: "no end of one run")
        case 129...: fault = Fault(kind: "crash", detail: "signal \(status - 128): \(lastWords)")
        default: fault = Fault(kind: "crash", detail: "exit code \(status): \(lastWords)")
        }
    }

    /// Eight bytes of length, the lowest first, and the input.
    private static func recorded(_ data: Data) -> [UInt8] {
        let count = data.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
        return Array(data.dropFirst(8).prefix(count))
    }
}
