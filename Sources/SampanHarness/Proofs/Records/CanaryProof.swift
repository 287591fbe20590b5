internal import Foundation
internal import SampanStorage
internal import SampanTestSupport

/// `canary`: the records' files hold no readable name, number, phone, diagnosis or title (RE-02).
package struct CanaryProof: Proof {
    package static let name = "canary"
    package static let promise =
        "planted names, identity numbers, phones, diagnoses, titles, digests and codes are in no byte of the records' file, its log or its index, open or closed; a control without sealing is found out"

    private let documents: Int

    package init(quick: Bool, seed: UInt64?) { documents = quick ? 64 : 1_000 }

    package func run(programs: String) async throws -> Verdict {
        let directory = "\(NSTemporaryDirectory())/sampan-canary-\(UUID().uuidString)"
        for name in ["sealed", "clear"] {
            try FileManager.default.createDirectory(atPath: "\(directory)/\(name)", withIntermediateDirectories: true)
        }
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let clear = try await CanaryScan.plantInTheClear(path: "\(directory)/clear/clear.db")
        let control = Set(try CanaryScan.scan("\(directory)/clear").findings.map(\.kind))
        await clear.close()
        print("control without sealing: \(control.count) of \(CanaryScan.words.count) planted kinds found")
        let fixture = try await RecordsFixture(path: "\(directory)/sealed/records.db")
        let extra = try await CanaryScan.plant(fixture, documents: documents)
        let open = try CanaryScan.scan("\(directory)/sealed", extra: extra)
        await fixture.close()
        let closed = try CanaryScan.scan("\(directory)/sealed", extra: extra)
        for finding in open.findings.union(closed.findings) { print("found: \(finding.kind) in \(finding.file)") }
        return Verdict(
            isGood: control.count == CanaryScan.words.count && open.findings.isEmpty && closed.findings.isEmpty && open.bytes > 1_000_000,
            figure:
                "\(documents) documents, \(open.bytes + closed.bytes) bytes of \(open.files) files scanned: \(open.findings.count + closed.findings.count) found; control \(control.count) of \(CanaryScan.words.count)"
        )
    }
}
