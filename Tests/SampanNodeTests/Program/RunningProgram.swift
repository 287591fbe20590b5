import Foundation
import SampanProcess
import StoreTestSupport

/// The built `sampan` as a process of its own, its output in files.
final class RunningProgram: Sendable {
    struct NoProgram: Error {}
    struct Ended: Error { let status: Int32; let text: String }

    private let process: ChildProcess
    var number: pid_t { process.number }
    private let output: String
    private let errors: String

    /// The program lies beside the test bundle.
    static func path() throws -> String {
        for path in CommandLine.arguments + [".build/debug/x", ".build/release/x"] {
            var directory = path
            while let slash = directory.lastIndex(of: "/") {
                directory = String(directory[..<slash])
                if FileManager.default.isExecutableFile(atPath: directory + "/sampan") { return directory + "/sampan" }
            }
        }
        throw NoProgram()
    }

    init(_ arguments: [String], in directory: TemporaryDirectory) throws {
        let id = UUID().uuidString
        (output, errors) = (directory.file("\(id).out"), directory.file("\(id).err"))
        process = try ChildProcess(program: try Self.path(), arguments: arguments, output: .file(output), errors: .file(errors))
    }

    /// Exit code, or 128 + the signal that ended it.
    var status: Int32 { get async { await process.waitForEnd() } }
    var standardOutput: String { (try? String(contentsOfFile: output, encoding: .utf8)) ?? "" }
    var standardError: String { (try? String(contentsOfFile: errors, encoding: .utf8)) ?? "" }

    func signal(_ signal: Int32) { process.signal(signal) }

    /// What follows `ready ` on standard output, as soon as it is there.
    func ready() async throws -> String {
        for _ in 0..<4_000 {
            if let line = standardOutput.split(separator: "\n").first(where: { $0.hasPrefix("ready ") }) {
                return String(line.dropFirst(6))
            }
            if !process.isRunning { throw Ended(status: await status, text: standardError) }
            try await Self.moment()
        }
        throw Ended(status: -1, text: standardError)
    }

    /// Another process is waited for: there is nothing to be woken by.
    static func moment() async throws { try await Waiting.moment() }

    /// False for a process that has ended, reaped or not.
    static func isAlive(_ number: pid_t) -> Bool {
        guard let text = try? String(contentsOfFile: "/proc/\(number)/stat", encoding: .utf8) else { return false }
        return text.split(separator: ")").last?.split(separator: " ").first != "Z"
    }

    var children: [pid_t] {
        let threads = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(number)/task")) ?? []
        return threads.flatMap { thread -> [pid_t] in
            let text = (try? String(contentsOfFile: "/proc/\(number)/task/\(thread)/children", encoding: .utf8)) ?? ""
            return text.split(separator: " ").compactMap { pid_t($0) }
        }.filter(Self.isAlive).sorted()
    }

    func children(_ isRight: ([pid_t]) -> Bool) async throws -> [pid_t] {
        for _ in 0..<4_000 {
            let now = children
            if isRight(now) { return now }
            try await Self.moment()
        }
        throw Ended(status: -1, text: standardError)
    }
}
