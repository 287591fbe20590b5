internal import SampanDomain
internal import SampanFerry
internal import SampanServices
internal import SampanStorage

/// What stands in the books of a region after a day: read from its databases, apart from what any call has answered.
struct DayBooks {
    /// HIS charges by order number.
    let hisCharges: [String: [HISLedgerRow]]
    let hisLedger: [UInt8]
    let platformLedger: [UInt8]
    let equation: PaymentEquation
    /// Numbers of all request rows, in order.
    let rows: [RequestRowStatus]

    static func read(_ region: Region) async throws -> DayBooks {
        let (first, last) = (UnixTime(nanoseconds: 0), UnixTime(nanoseconds: .max))
        let his = try await HISStore.open(path: region.hisDatabase, seed: HISSeed(institutions: [], departments: []))
        let ledger = try await his.ledger(from: first, to: last)
        await his.close()
        let payments = try PaymentStore(path: region.paymentDatabase)
        let platformLedger = try await payments.platformLedger(from: first, to: last)
        let equation = try await payments.equation()
        await payments.close()
        let requests = try await RequestStore.open(path: region.requestDatabase)
        var rows: [RequestRowStatus] = []
        while let row = try? await requests.status(Int64(rows.count)) { rows.append(row) }
        await requests.close()
        return DayBooks(
            hisCharges: Dictionary(grouping: ledger) { $0.outTradeNo.text }, hisLedger: HISLedger.csv(ledger),
            platformLedger: platformLedger, equation: equation, rows: rows)
    }
}
