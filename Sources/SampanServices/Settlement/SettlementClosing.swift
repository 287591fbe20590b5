package import SampanAPI
internal import SampanCrypto
package import SampanDomain
internal import SampanFerry
internal import SampanProtobuf
package import SampanStorage

/// The closing of one day, checked, on its way into the books.
package struct SettlementClosing: Sendable {
    let operatorID: String
    let day: BusinessDay
    let requestID: RequestID
    /// SPIFFE name of who asks.
    let caller: String
    /// Empty: refused where it would have to be marked.
    let reason: String

    /// - Parameter reason: at most 400 bytes.
    package init(operatorID: String, day: BusinessDay, requestID: RequestID, caller: String, reason: String) {
        self.operatorID = operatorID
        self.day = day
        self.requestID = requestID
        self.caller = caller
        self.reason = reason
    }

    /// Closes the day, or finds it closed. In one transaction with everything that it has looked at. Throws `SettlementError`.
    package func run(now: UnixTime, _ tx: borrowing Transaction) throws -> (settlement: SettlementV1.Settlement, wasClosed: Bool) {
        guard operatorID == MobileOperator.code else { throw SettlementError.unknownOperator }
        let isKnown = try isKnownRequest(tx)
        if let first = try Settlements.find(operatorID, day, tx) {
            if !isKnown { try note(tx) }
            return (first, true)
        }
        if let obstacle = try Settlements.orderObstacle(day, now: now, tx) { throw obstacle }
        var settlement = try SettlementFigures.read(day, tx)
        let stand = try BreakStand.read(day, tx)
        let isMarked = stand.obstacle != nil
        if let obstacle = stand.obstacle, reason.isEmpty { throw obstacle }
        settlement.reconciliation = stand.message
        settlement.state = isMarked ? .closedMarked : .closed
        settlement.closedAt = now.message
        settlement.closedBy = caller
        settlement.reason = isMarked ? reason : ""
        try insert(settlement, isMarked, now, tx)
        try note(tx)
        return (settlement, false)
    }

    /// Throws `.requestIDReused` for one that asked for something else.
    private func isKnownRequest(_ tx: borrowing Transaction) throws -> Bool {
        let first = try tx.first(
            "SELECT operator_id, day, reason FROM settlement_requests WHERE caller = ? AND request_id = ?", .text(caller),
            .text(requestID.text)
        ) { (try $0.text(0), try $0.int64(1), try $0.text(2)) }
        guard let first else { return false }
        guard first == (operatorID, day.number, reason) else { throw SettlementError.requestIDReused }
        return true
    }

    private func note(_ tx: borrowing Transaction) throws {
        try tx.execute(
            "INSERT INTO settlement_requests (caller, request_id, operator_id, day, reason) VALUES (?, ?, ?, ?, ?)", .text(caller),
            .text(requestID.text), .text(operatorID), .integer(day.number), .text(reason))
    }

    private func insert(
        _ settlement: SettlementV1.Settlement, _ isMarked: Bool, _ now: UnixTime, _ tx: borrowing Transaction
    ) throws {
        let document: [UInt8]
        let hash: [UInt8]
        do {
            document = try settlement.serialized()
            hash = try SHA256.hash(document)
        } catch {
            throw SettlementError.storage(StorageError(kind: .other, message: "the closing cannot be written down: \(error)"))
        }
        try tx.execute(
            """
            INSERT INTO settlements (operator_id, day, closed_at, closed_by, marked, document, hash) VALUES (?, ?, ?, ?, ?, ?, ?)
            """, .text(operatorID), .integer(day.number), .integer(now.nanoseconds), .text(caller), .integer(isMarked ? 1 : 0),
            .blob(document), .blob(hash))
    }
}
