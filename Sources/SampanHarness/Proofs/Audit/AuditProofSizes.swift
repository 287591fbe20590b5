internal import Foundation
internal import SampanAPI
internal import SampanDomain
internal import SampanMesh
internal import SampanTestSupport

/// Proofs out of a log, written as files and looked at by the separate program: how long they are and how long that takes.
struct AuditProofSizes: Sendable {
    let bench: AuditBench
    let log: String
    let programs: String
    /// Whether the programs are: how long a proof takes is judged only then.
    let isOptimised: Bool

    private static let inclusionLimit = 2_048
    private static let readersLimit = 4_096
    private static let microsecondsLimit = 1_000.0

    /// - Parameters:
    ///   - entries: in the log.
    ///   - person: of these, the one with the most entries is proved.
    func run(entries: UInt64, person: ClosedRange<Int64>) async throws -> Verdict {
        let start = ContinuousClock.now
        let archive = try AuditArchive(path: bench.path(log))
        let mark = try archive.verify()
        let verified = ContinuousClock.now - start
        guard mark.number == entries, mark.treeSize == entries else { return Verdict(isGood: false, figure: "the log is not whole") }
        let middle = entries / 2 + 1
        let inclusion = try AuditProofFile.bytes(try archive.inclusionProof(of: middle))
        let consistency = try AuditProofFile.bytes(try archive.consistencyProof(from: 0))
        var (most, chosen) = (try archive.readers(of: try AuditPseudonym(of: try bench.personKey(person.lowerBound))), person.lowerBound)
        for other in person.dropFirst() {
            let readers = try archive.readers(of: try AuditPseudonym(of: try bench.personKey(other)))
            if readers.entries.count > most.entries.count { (most, chosen) = (readers, other) }
        }
        let whole = try AuditProofFile.bytes(most)
        let (count, shown) = (most.entries.count, most.entries.map(\.record.count).reduce(0, +))
        most.entries = []
        let readers = try AuditProofFile.bytes(most).count
        let key = Hexadecimal.lowercase(try bench.personKey(chosen).bytes)
        let times = [
            try await check("inclusion", inclusion), try await check("consistency", consistency),
            try await check("readers", whole, ["--person-key", key]),
        ]
        let isGood =
            inclusion.count <= Self.inclusionLimit && readers <= Self.readersLimit
            && times.allSatisfy { $0 <= (isOptimised ? 1 : 1_000) * Self.microsecondsLimit }
        return Verdict(
            isGood: isGood,
            figure:
                "inclusion \(inclusion.count) B in \(Int(times[0])) µs, consistency \(consistency.count) B in \(Int(times[1])) µs, "
                + "readers \(readers) B for \(count) entries (\(shown / max(1, count)) B a record) in \(Int(times[2])) µs, "
                + "whole log verified in \(Int(verified.milliseconds)) ms")
    }

    /// Microseconds that the program took for it; a very long time where it did not hold.
    private func check(_ name: String, _ bytes: [UInt8], _ options: [String] = []) async throws -> Double {
        let file = "\(bench.folder)/\(name).proof"
        try WholeFile.write(bytes, to: file, mode: 0o600, overwrite: true)
        let arguments = [file, "--trust", "\(bench.folder)/roots.pem", "--time"] + options
        let run = try await FinishedProgram.run("\(programs)/sampan-verify", arguments, timeout: .seconds(60))
        guard run.status == 0, let word = run.output.split(separator: " ").dropLast().last, let time = Double(word) else {
            print("\(name): \(run.output)\(run.errors)")
            return 1e12
        }
        return time
    }
}
