import Foundation
import SampanAPI
import SampanHarness
import SampanMesh
import SampanRPC
import SampanTestSupport
import StoreTestSupport
import Testing

extension EndToEnd {
    @Suite("How the ferry does")
    struct FerryStatusTests {
        private struct Report: Decodable {
            struct Worker: Decodable {
                let worker: Int
                let workerCount: Int?
                let finishedRows: Int
                let lastRow: Int?
            }
            let openRows: Int
            let leaseMilliseconds: Int
            let workers: [Worker]
        }

        /// What `sampan ferry status` says, as JSON, to a program that shows the certificate `name`.
        private static func status(_ region: Region, as name: String, _ scratch: TemporaryDirectory) async throws -> FinishedProgram {
            let files = region.credentialFiles(name)
            return try await FinishedProgram.run(
                "\(try Programs.folder())/sampan",
                [
                    "ferry", "status", "127.0.0.1:\(region.gatewayPort)", "--certificate", files.certificate, "--key", files.key, "--trust",
                    files.trust, "--json",
                ], scratch: scratch)
        }

        @Test("GW-09: each worker's rows are told to an admin, and to nobody else; N changes live, and rows go on")
        func status() async throws {
            let scratch = try TemporaryDirectory()
            try await withRegion(workers: 3) { region in
                try region.issue(.admin, Region.operatorCode, as: "admin", now: Int64(Date.now.timeIntervalSince1970))
                try await Hospital.at(region) { hospital in
                    func post(_ rows: Range<Int>) async throws {
                        for index in rows {
                            let seq = try #require(try await hospital.submit(hospital.row("S\(index)"))?.seq)
                            #expect(try await hospital.outcome(ofRow: seq)?.state == .posted)
                        }
                    }
                    try await post(0..<9)
                    let first = try await Self.status(region, as: "admin", scratch)
                    #expect(first.status == 0, "\(first.errors)")
                    let report = try JSONDecoder().decode(Report.self, from: Data(first.output.utf8))
                    #expect(report.openRows == 0 && report.leaseMilliseconds == 10_000)
                    #expect(report.workers.map(\.worker) == [0, 1, 2] && report.workers.allSatisfy { $0.workerCount == 3 })
                    #expect(report.workers.map(\.finishedRows) == [3, 3, 3] && report.workers.map(\.lastRow) == [6, 7, 8])

                    let stranger = try await Self.status(region, as: "hospital-\(Region.institutions[0])", scratch)
                    #expect(stranger.status == 1 && stranger.errors.contains("PERMISSION_DENIED"), "\(stranger.errors)")

                    try region.changeWorkers(to: 2)
                    try await post(9..<13)
                    let second = try await Self.status(region, as: "admin", scratch)
                    let changed = try JSONDecoder().decode(Report.self, from: Data(second.output.utf8))
                    #expect(changed.openRows == 0 && changed.workers.reduce(0) { $0 + $1.finishedRows } == 13)
                }
            }
        }
    }
}
