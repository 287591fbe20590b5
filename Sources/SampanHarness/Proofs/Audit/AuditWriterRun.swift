internal import Foundation
internal import SampanDomain
internal import SampanMesh
internal import SampanTestSupport

/// What `prove audit` kills: writes for ever, and prints the number and the document of each entry that was acknowledged.
package struct AuditWriterRun {
    private let bench: AuditBench
    private let seed: UInt64
    static let log = "killed"

    package init(folder: String, seed: UInt64) throws {
        bench = try AuditBench(folder: folder)
        self.seed = seed
    }

    /// Sealed often, so that kills fall into seals too.
    static var sealing: AuditSealing {
        var sealing = AuditSealing()
        sealing.interval = .milliseconds(20)
        return sealing
    }

    package func run() async throws {
        let (bench, seed) = (bench, seed)
        let log = try await bench.open(Self.log, Self.sealing)
        await withTaskGroup(of: Void.self) { group in
            for task in 0..<64 as Range<UInt64> {
                group.addTask {
                    var random = SeededRandom(seed: seed &+ task)
                    while true {
                        let document = "D\(random.next())"
                        guard let record = try? bench.record(document, about: Int64.random(in: 1...5_000, using: &random)),
                            let number = try? await log.append(record)
                        else { return }
                        Self.tell("\(number) \(document)\n")
                    }
                }
            }
        }
    }

    /// One write each, so that lines of two tasks never mix.
    private static func tell(_ line: String) { FileHandle.standardOutput.write(Data(line.utf8)) }
}
