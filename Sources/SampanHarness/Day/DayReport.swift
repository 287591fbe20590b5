internal import Foundation
internal import SampanAPI
internal import SampanDomain
internal import SampanFerry
internal import SampanServices

/// The closing of a day: what was expected of every request, what the books hold, and everything that is off.
package struct DayReport: Sendable {
    package let requests: Int
    package let closed: Int
    package let posted: Int
    package let refunded: Int
    package let open: Int
    let paidFen: Int64
    let postedFen: Int64
    let refundedFen: Int64
    package let rowsPerWorker: [Int]
    let caller: Latencies
    let ferry: Latencies
    /// Empty when the day adds up.
    package let faults: [String]

    package init(_ day: [DayRequest], _ results: [DayPlayer.Result], _ books: DayBooks, workers: Int) {
        requests = day.count
        let states = results.map(\.payment.state)
        closed = states.count { $0 == .closed }
        posted = states.count { $0 == .posted }
        refunded = states.count { $0 == .refunded }
        open = day.count - closed - posted - refunded
        (paidFen, postedFen, refundedFen) = (books.equation.paid.fen, books.equation.posted.fen, books.equation.refunded.fen)
        var perWorker = [Int](repeating: 0, count: workers)
        for row in books.rows { perWorker[Int(row.seq) % workers] += 1 }
        rowsPerWorker = perWorker
        caller = Latencies(results.map(\.latency))
        ferry = Latencies(
            books.rows.compactMap { row in
                row.finishedAt.map { .nanoseconds($0.nanoseconds - row.submittedAt.nanoseconds) }
            })
        faults = Self.faults(day, results, books) + Self.channelFaults(day, books) + Self.uneven(perWorker)
    }

    /// Holds every result and every book against what the day says has to come of it.
    private static func faults(_ day: [DayRequest], _ results: [DayPlayer.Result], _ books: DayBooks) -> [String] {
        var faults: [String] = []
        for result in results { faults += Self.faults(result, books) }
        let paid = day.filter { $0.hisOutcome != nil }
        let paidFen = paid.reduce(0) { $0 + $1.amount.fen }
        if results.count != day.count { faults.append("\(day.count - results.count) requests have no result") }
        if books.equation.paid.fen != paidFen { faults.append("paid is \(books.equation.paid.fen) fen, the day says \(paidFen)") }
        if !books.equation.holds { faults.append("the equation does not hold: \(books.equation)") }
        if let fault = books.ledgerFault { faults.append("the ledger is not whole: \(fault)") }
        if books.equation.open.fen != 0 { faults.append("\(books.equation.open.fen) fen are neither posted nor refunded") }
        if books.rows.count != paid.count { faults.append("\(books.rows.count) request rows for \(paid.count) paid requests") }
        for (index, row) in books.rows.enumerated() where row.seq != Int64(index) || row.outcome == nil {
            faults.append("row \(index) is missing or open")
        }
        let receipts = books.hisCharges.values.flatMap { $0 }.map(\.receipt)
        if Set(receipts).count != receipts.count { faults.append("a receipt number stands twice") }
        let known = Set(day.map(\.outTradeNo.text))
        for order in books.hisCharges.keys where !known.contains(order) {
            faults.append("the HIS has a charge for \(order), which nobody asked for")
        }
        return faults
    }

    private static func faults(_ result: DayPlayer.Result, _ books: DayBooks) -> [String] {
        let (request, payment) = (result.request, result.payment)
        let order = request.outTradeNo.text
        let charges = books.hisCharges[order] ?? []
        var faults: [String] = []
        let expected: (state: PaymentStateName, charges: Int, refunded: Int64) =
            switch request.expected {
            case .posted: (.posted, 1, 0)
            case .refunded: (.refunded, 0, request.amount.fen)
            case .closed: (.closed, 0, 0)
            }
        if payment.state != expected.state.message { faults.append("\(order) ended as \(payment.state), not \(expected.state)") }
        if charges.count != expected.charges { faults.append("\(order) has \(charges.count) HIS charges, not \(expected.charges)") }
        if payment.refundedFen != expected.refunded {
            faults.append("\(order) was refunded \(payment.refundedFen) fen, not \(expected.refunded)")
        }
        for charge in charges where charge.amount != request.amount || charge.institution.text != request.institution {
            faults.append("\(order) is charged \(charge.amount.fen) fen at \(charge.institution.text)")
        }
        return faults
    }

    private enum PaymentStateName: String {
        case posted, refunded, closed

        var message: PaymentV1.PaymentState {
            switch self {
            case .posted: .posted
            case .refunded: .refunded
            case .closed: .closed
            }
        }
    }

    /// Rows are shared out evenly: at most one apart (GW-07).
    private static func uneven(_ rows: [Int]) -> [String] {
        guard let least = rows.min(), let most = rows.max(), most - least > 1 else { return [] }
        return ["rows per worker are \(rows): more than one apart"]
    }
}

extension DayReport {
    /// For people.
    var table: String {
        func yuan(_ fen: Int64) -> String { Money(fen: fen).yuan }
        func time(_ latencies: Latencies) -> String {
            "\(latencies.percentile(50)?.shown ?? "-") / \(latencies.percentile(99)?.shown ?? "-")"
        }
        var lines = [
            "requests           \(requests)",
            "paid               \(posted + refunded)",
            "  posted           \(posted)",
            "  refunded         \(refunded)",
            "unpaid, closed     \(closed)",
            "still open         \(open)",
            "rows per worker    \(rowsPerWorker.map(String.init).joined(separator: " "))",
            "pay → outcome      \(time(caller))   (p50 / p99, as the caller saw it)",
            "submit → outcome   \(time(ferry))   (p50 / p99, request row outside)",
            "equation           paid \(paidFen) = posted \(postedFen) + refunded \(refundedFen) fen"
                + "   (¥\(yuan(paidFen)) = ¥\(yuan(postedFen)) + ¥\(yuan(refundedFen)))",
        ]
        if faults.isEmpty {
            lines.append("the day adds up to the fen")
        } else {
            lines.append("THE DAY IS OFF:")
            lines += faults.prefix(20).map { "  \($0)" }
            if faults.count > 20 { lines.append("  … and \(faults.count - 20) more") }
        }
        return lines.joined(separator: "\n")
    }

    /// For scripts.
    func json() throws -> Data {
        struct Summary: Encodable {
            let requests, paid, posted, refunded, closed, open: Int
            let paidFen, postedFen, refundedFen: Int64
            let rowsPerWorker: [Int]
            let payToOutcomeP50Ms, payToOutcomeP99Ms, submitToOutcomeP50Ms, submitToOutcomeP99Ms: Double?
            let equationHolds: Bool
            let faults: [String]
        }
        let encoder = JSONEncoder()
        // paid_fen, pay_to_outcome_p50_ms, …
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return try encoder.encode(
            Summary(
                requests: requests, paid: posted + refunded, posted: posted, refunded: refunded, closed: closed, open: open,
                paidFen: paidFen, postedFen: postedFen, refundedFen: refundedFen, rowsPerWorker: rowsPerWorker,
                payToOutcomeP50Ms: caller.percentile(50)?.milliseconds, payToOutcomeP99Ms: caller.percentile(99)?.milliseconds,
                submitToOutcomeP50Ms: ferry.percentile(50)?.milliseconds, submitToOutcomeP99Ms: ferry.percentile(99)?.milliseconds,
                equationHolds: paidFen == postedFen + refundedFen, faults: faults))
    }
}
