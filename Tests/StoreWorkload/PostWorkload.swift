import Glibc
import SampanDomain
import SampanFerry
import SampanStorage

/// One ferry worker against the HIS file: posts the requests with number mod `workers` == `worker` in batches, prints each receipt
/// once it is acknowledged, and at the end its rate.
struct PostWorkload {
    let path: String
    let worker: Int
    let workers: Int
    let count: Int
    let batch: Int
    let isQuiet: Bool

    func run() async throws {
        let his = try await HISStore.open(path: path, seed: .paymentDay)
        let ferryOperator = try HISOperator(worker: worker)
        let now = try UnixTime(chinaText: "2026-11-18 12:00:00")
        let clock = ContinuousClock()
        let latencies = Latencies()
        let start = clock.now
        var numbers = Array(stride(from: worker, to: count, by: workers))
        let total = numbers.count
        while !numbers.isEmpty {
            let rows = try numbers.prefix(batch).map { try Self.row($0, now) }
            numbers.removeFirst(rows.count)
            let before = clock.now
            let answers = await his.post(rows, by: ferryOperator, now: now)
            latencies.add([clock.now - before])
            if !isQuiet { acknowledge(rows, answers) }
        }
        let elapsed = clock.now - start
        printLine("post worker=\(worker)/\(workers) batch=\(batch) rows=\(total) rows/s=\(rate(total, elapsed)) batch \(latencies.summary)")
        await his.close()
    }

    private func acknowledge(_ rows: [HISRequest], _ answers: [HISAnswer]) {
        for (row, answer) in zip(rows, answers) {
            guard case .decided(let decision) = answer, case .posted(let receipt) = decision.outcome else { continue }
            printLine("\(row.seq) \(receipt.text)")
        }
    }

    private func printLine(_ text: String) {
        let line = Array((text + "\n").utf8)
        _ = unsafe line.withUnsafeBytes { unsafe Glibc.write(1, $0.baseAddress, $0.count) }
    }

    private static func row(_ number: Int, _ now: UnixTime) throws -> HISRequest {
        let charge = try Charge(
            outTradeNo: OutTradeNo("SP\(number)"), institution: InstitutionCode("4699010001", scheme: .local), amount: Money(fen: 100),
            channel: .alipay, channelTransactionID: "2026\(number)", paidAt: now, patientNumber: "P\(number % 1_000)")
        return HISRequest(
            seq: Int64(number), submitter: charge.institution, requestID: try RequestID("r\(number)"),
            deadline: UnixTime(nanoseconds: .max),
            command: .bookingFee(try BookingFee(charge: charge, departmentCode: "03", scheduleID: nil)))
    }
}
