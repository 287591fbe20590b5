import SampanAPI
import Testing

@testable import sampan

@Suite("Report of the ferry")
struct FerryReportTests {
    private static func report(open: UInt64, _ workers: [(open: UInt64, silence: Int64?)]) -> FerryReport {
        FerryReport(
            GatewayV1.GetFerryStatusResponse(
                openRows: open, lease: GoogleProtobuf.Duration(.seconds(10)),
                workers: workers.enumerated().map { index, worker in
                    GatewayV1.FerryWorkerState(
                        worker: UInt32(index), workerCount: worker.silence == nil ? 0 : 5,
                        silence: worker.silence.flatMap { GoogleProtobuf.Duration(.seconds($0)) }, openRows: worker.open)
                }))
    }

    @Test(
        "it stands still when rows wait whose worker has not asked for longer than a lease, or nobody has asked",
        arguments: [
            (UInt64(0), [], false), (0, [(UInt64(0), Int64(60))], false), (1, [], true), (3, [(3, 10)], false), (3, [(3, 11)], true),
            (3, [(0, 60), (3, 1)], false), (3, [(3, nil)], true),
        ] as [(UInt64, [(open: UInt64, silence: Int64?)], Bool)])
    func stalled(open: UInt64, workers: [(open: UInt64, silence: Int64?)], isStalled: Bool) {
        let report = Self.report(open: open, workers)
        #expect(report.isStalled == isStalled)
        #expect(report.text.contains("stand still") == isStalled)
    }

    @Test("the table has a line for each worker")
    func text() {
        let text = Self.report(open: 2, [(2, 3), (0, nil)]).text
        #expect(text.contains("0 of 5") && text.contains("3 s ago") && text.contains("never") && text.contains("2 open rows"))
    }
}
