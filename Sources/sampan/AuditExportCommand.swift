import ArgumentParser
import Foundation
import SampanMesh

struct AuditExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write a log, or a range of it, into a file that sampan-verify checks without anything of ours.",
        discussion: """
            The file ends with the tree head over the last entry that was asked for, or the next one behind it; what is not sealed yet \
            (a second, while the node runs) is left out. A range that does not begin with entry 1 carries the right edge of the tree \
            before it.

            Examples:
              sampan audit export data --out audit.export
              sampan audit export data --from 100001 --through 200000 --out november.export
              sampan-verify audit.export --trust roots.pem

            Exit code: 0, 1 the log cannot be read, or has no tree head over the range, 64 wrong usage.
            """)

    @OptionGroup var log: AuditFile
    @Option(help: "The first entry.")
    var from: UInt64 = 1
    @Option(help: "The last entry, at least; left out: the newest that is sealed.")
    var through: UInt64?
    @Option(help: "The file to write (0600).")
    var out: String
    @Flag(help: "Print a JSON object about what was written.")
    var json = false

    private struct Answer: Codable {
        let file: String
        let first: UInt64
        let last: UInt64
        let treeHeads: UInt64
        let bytes: UInt64
    }

    func validate() throws {
        guard from >= 1, through.map({ $0 >= from }) ?? true else {
            throw ValidationError("--from is 1 or more, --through is not below it")
        }
    }

    func run() throws {
        let archive = try log.open()
        let temporary = "\(out).tmp"
        do {
            guard FileManager.default.createFile(atPath: temporary, contents: nil, attributes: [.posixPermissions: 0o600]),
                let file = FileHandle(forWritingAtPath: temporary)
            else { throw AuditError.malformed("\(out) cannot be written") }
            var buffer: [UInt8] = []
            let progress = AuditProgress("exported", of: try archive.count())
            let summary = try archive.export(from: from, through: through, progress: { done, _ in progress.show(done) }) { bytes in
                buffer += bytes
                guard buffer.count > 1 << 20 else { return }
                try file.write(contentsOf: buffer)
                buffer.removeAll(keepingCapacity: true)
            }
            try file.write(contentsOf: buffer)
            try file.synchronize()
            try file.close()
            try WholeFile.replace(out, with: temporary)
            progress.end()
            try show(summary)
        } catch {
            try? FileManager.default.removeItem(atPath: temporary)
            StandardError.line("Error: \(error)")
            throw ExitCode(1)
        }
    }

    private func show(_ summary: AuditExport.Summary) throws {
        let answer = Answer(
            file: out, first: summary.first, last: summary.last, treeHeads: summary.heads, bytes: summary.bytes)
        if json { return print(try JSONText.of(answer)) }
        print("\(out): entries \(answer.first) to \(answer.last) under \(answer.treeHeads) tree heads, \(answer.bytes) bytes")
    }
}
