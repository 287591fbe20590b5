internal import Foundation
internal import SampanAPI
internal import SampanMesh
internal import SampanTestSupport

/// An export, and the file of a log, with something changed at random: the separate program and `verify` say so. What they say of the ones
/// that nobody has touched is the control.
struct AuditTampering: Sendable {
    private enum Change: CaseIterable { case flipped, cut, ended, repeated, swapped, older }

    let bench: AuditBench
    let programs: String
    let seed: UInt64
    let rounds: Int

    func run() async throws -> Verdict {
        var sealing = AuditSealing()
        sealing.maximumEntries = 150
        let log = try await bench.open("touched", sealing)
        var random = SeededRandom(seed: seed)
        for index in 0..<400 {
            _ = try await log.append(try bench.record("D\(index)", about: Int64.random(in: 1...40, using: &random)))
        }
        try await log.seal()
        let older = try export()
        for index in 400..<600 {
            _ = try await log.append(try bench.record("D\(index)", about: Int64.random(in: 1...40, using: &random)))
        }
        await log.close()
        let whole = try export()
        guard let head = try AuditArchive(path: bench.path("touched")).consistencyProof(from: 0).newer else {
            return Verdict(isGood: false, figure: "no head")
        }
        try WholeFile.write(try AuditProofFile.bytes(head), to: "\(bench.folder)/kept.head", mode: 0o600, overwrite: true)
        guard try await status(whole) == 0 else { return Verdict(isGood: false, figure: "the control was refused") }
        var missed = 0
        for round in 0..<rounds {
            let change = Change.allCases[round % Change.allCases.count]
            let file = Self.changed(whole, older, change, &random)
            guard file != whole else { continue }
            let status = try await status(file)
            if status != 1 && status != 2 {
                print("round \(round), \(change): exit code \(status)")
                missed += 1
            }
        }
        let files = try database(&random)
        return Verdict(
            isGood: missed == 0 && files.missed == 0,
            figure:
                "\(rounds) changed exports, \(missed) unseen; \(files.found) bytes of the file changed and seen, \(files.harmless) in nothing "
                + "that is read, \(files.missed) unseen; untouched ones hold")
    }

    private func export() throws -> [UInt8] {
        final class Gathered { var all: [UInt8] = [] }
        let bytes = Gathered()
        _ = try AuditArchive(path: bench.path("touched")).export { bytes.all += $0 }
        return bytes.all
    }

    private func status(_ file: [UInt8]) async throws -> Int32 {
        let path = "\(bench.folder)/changed.export"
        try WholeFile.write(file, to: path, mode: 0o600, overwrite: true)
        let arguments = [path, "--trust", "\(bench.folder)/roots.pem", "--head", "\(bench.folder)/kept.head"]
        return try await FinishedProgram.run("\(programs)/sampan-verify", arguments, timeout: .seconds(60)).status
    }

    private static func changed(_ whole: [UInt8], _ older: [UInt8], _ change: Change, _ random: inout SeededRandom) -> [UInt8] {
        var file = whole
        let at = Int.random(in: 0..<file.count - 1, using: &random)
        let end = min(file.count, at + Int.random(in: 1...2_000, using: &random))
        switch change {
        case .flipped: file[at] ^= UInt8.random(in: 1...255, using: &random)
        case .cut: file.removeSubrange(at..<end)
        case .ended: file.removeSubrange(at...)
        case .repeated: file.insert(contentsOf: file[at..<end], at: end)
        case .swapped: file.replaceSubrange(at..<end, with: Array(file[at..<end].reversed()))
        // The whole of it, or its own beginning with the old end.
        case .older: file = Bool.random(using: &random) ? older : Array(file[..<min(at, older.count)] + older[min(at, older.count)...])
        }
        return file
    }

    /// One byte of the database at a time. SQLite has bytes that mean nothing; a change of one of them must change nothing that is read.
    private func database(_ random: inout SeededRandom) throws -> (found: Int, harmless: Int, missed: Int) {
        let (path, copy) = (bench.path("touched"), bench.path("copy"))
        let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: path)))
        let truth = try Self.contents(path)
        var result = (found: 0, harmless: 0, missed: 0)
        for _ in 0..<rounds / 2 {
            var changed = bytes
            changed[Int.random(in: 0..<bytes.count, using: &random)] ^= UInt8.random(in: 1...255, using: &random)
            for suffix in ["-wal", "-shm"] { try? FileManager.default.removeItem(atPath: copy + suffix) }
            try WholeFile.write(changed, to: copy, mode: 0o600, overwrite: true)
            guard let seen = try? Self.contents(copy) else {
                result.found += 1
                continue
            }
            if seen == truth { result.harmless += 1 } else { result.missed += 1 }
        }
        return result
    }

    /// All that a verified log says. Throws where it is not whole.
    private static func contents(_ path: String) throws -> [AuditRecord] {
        let archive = try AuditArchive(path: path)
        guard try archive.verify().treeSize == 600 else { throw HarnessError("not sealed") }
        var records: [AuditRecord] = []
        try archive.forEach { _, record in records.append(record) }
        return records
    }
}
