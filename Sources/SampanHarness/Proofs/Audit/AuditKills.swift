internal import Foundation
internal import Glibc
internal import SampanMesh
internal import SampanProcess
internal import SampanTestSupport

/// A program that writes an audit log is killed again and again: after each time, what it was told is durable is there, and all of it
/// verifies.
struct AuditKills: Sendable {
    let bench: AuditBench
    let programs: String
    let seed: UInt64
    let rounds: Int

    func run() async throws -> Verdict {
        var (random, acknowledged, entries) = (SeededRandom(seed: seed), 0, UInt64(0))
        for round in 0..<rounds {
            let file = "\(bench.folder)/acknowledged-\(round)"
            let child = try ChildProcess(
                program: "\(programs)/sampan-harness",
                arguments: ["audit-writer", bench.folder, "--seed", "\(seed &+ UInt64(round) &* 1_000)"], input: .lifeline,
                output: .file(file))
            LivingProcesses.add(child.number)
            defer { LivingProcesses.remove(child.number) }
            // Not before it has written something: how long that takes is the machine's.
            while (try FileManager.default.attributesOfItem(atPath: file)[.size] as? Int ?? 0) == 0 {
                try await Task.sleep(for: .milliseconds(5))
            }
            try await Task.sleep(for: .milliseconds(Int.random(in: 10...400, using: &random)))
            child.signal(SIGKILL)
            _ = await child.waitForEnd()
            let told = try Self.told(file)
            acknowledged += told.count
            // Opening goes on with the log, and seals what was not.
            let log = try await bench.open(AuditWriterRun.log, AuditWriterRun.sealing)
            let head = try await log.seal()
            await log.close()
            let archive = try AuditArchive(path: bench.path(AuditWriterRun.log))
            let chain = try archive.verify()
            guard chain.number == head?.size, chain.number == chain.treeSize, chain.number >= entries else {
                return Verdict(
                    isGood: false, figure: "round \(round): \(chain.number) entries, \(chain.treeSize) sealed, there were \(entries)")
            }
            entries = chain.number
            var found = 0
            try archive.forEach { number, record in
                if let document = told[number], document == record.access?.documentID { found += 1 }
            }
            guard found == told.count else {
                return Verdict(
                    isGood: false, figure: "round \(round): \(told.count - found) of \(told.count) acknowledged entries are gone")
            }
        }
        return Verdict(
            isGood: acknowledged > 0,
            figure: "\(rounds) SIGKILLs: all \(acknowledged) acknowledged entries of \(entries) are there and verify")
    }

    /// Documents by number; the last line may be cut.
    private static func told(_ file: String) throws -> [UInt64: String] {
        let text = String(decoding: try Data(contentsOf: URL(fileURLWithPath: file)), as: UTF8.self)
        var told: [UInt64: String] = [:]
        for line in text.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
            let words = line.split(separator: " ")
            if words.count == 2, let number = UInt64(words[0]) { told[number] = String(words[1]) }
        }
        return told
    }
}
