package import SampanAPI
internal import SampanCrypto
package import SampanDomain
internal import SampanLedger
internal import SampanProtobuf
internal import SampanRPC
package import SampanStorage

/// The closings that stand in the books.
package enum Settlements {
    /// Closings of one answer: more than a year of days.
    package static let maximumListed = 400

    /// The closing of a day; nil while it is open.
    package static func find(_ operatorID: String, _ day: BusinessDay, _ tx: borrowing Transaction) throws -> SettlementV1.Settlement? {
        try tx.first(
            "SELECT document, hash FROM settlements WHERE operator_id = ? AND day = ?", .text(operatorID), .integer(day.number),
            map: settlement)
    }

    /// As it was closed, or as it is now, with what stands in the way of closing it.
    package static func show(
        _ operatorID: String, _ day: BusinessDay, now: UnixTime, _ tx: borrowing Transaction
    ) throws -> SettlementV1.Settlement {
        guard operatorID == MobileOperator.code else { throw SettlementError.unknownOperator }
        if let closed = try find(operatorID, day, tx) { return closed }
        var settlement = try SettlementFigures.read(day, tx)
        let stand = try BreakStand.read(day, tx)
        settlement.reconciliation = stand.message
        settlement.obstacle = (try orderObstacle(day, now: now, tx) ?? stand.obstacle)?.rpcError.message ?? ""
        return settlement
    }

    /// Newest first, without what is long.
    package static func list(
        _ operatorID: String, from first: BusinessDay?, through last: BusinessDay?, _ tx: borrowing Transaction
    ) throws -> [SettlementV1.Settlement] {
        guard operatorID == MobileOperator.code else { throw SettlementError.unknownOperator }
        return try tx.rows(
            """
            SELECT document, hash FROM settlements WHERE operator_id = ? AND day BETWEEN ? AND ? ORDER BY day DESC LIMIT ?
            """, .text(operatorID), .integer(first?.number ?? 0), .integer(last?.number ?? .max), .integer(Int64(maximumListed))
        ) { row in
            var closed = try settlement(row)
            closed.accounts = []
            closed.lateEntries = []
            return closed
        }
    }

    /// Why the day's turn has not come; nil where it has.
    static func orderObstacle(_ day: BusinessDay, now: UnixTime, _ tx: borrowing Transaction) throws -> SettlementError? {
        guard BusinessDay(now) > day else { return .dayNotOver }
        let closed = try DayBooking.lastClosedDay(tx)
        // Before the last closed day nothing can come any more: a day that was skipped had nothing, and may still be closed.
        if let closed, day < closed { return nil }
        return try PaymentBooking.ledger.firstDay(after: closed, before: day, tx).map { .earlierDayOpen($0.text) }
    }

    private static func settlement(_ row: borrowing Row) throws -> SettlementV1.Settlement {
        let (document, hash) = (try row.blob(0), try row.blob(1))
        guard let computed = try? SHA256.hash(document), computed == hash,
            let settlement = try? SettlementV1.Settlement(serialized: document)
        else { throw StorageError(kind: .corrupt, message: "a closing is not what was written") }
        return settlement
    }
}
