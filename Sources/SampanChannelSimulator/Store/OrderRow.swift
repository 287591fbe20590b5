internal import SampanDomain
internal import SampanStorage

/// SQL of the orders.
enum OrderRow {
    private static let columns =
        "out_trade_no, channel, amount_fen, description, asked_expires_at, expires_at, checkout_token, state, transaction_id, paid_at"

    static func find(_ number: OutTradeNo, _ tx: borrowing Transaction) throws -> StoredOrder? {
        try tx.first("SELECT \(columns) FROM orders WHERE out_trade_no = ?", .text(number.text)) { try order($0) }
    }

    static func find(token: String, _ tx: borrowing Transaction) throws -> StoredOrder? {
        try tx.first("SELECT \(columns) FROM orders WHERE checkout_token = ?", .text(token)) { try order($0) }
    }

    static func insert(_ order: StoredOrder, now: UnixTime, _ tx: borrowing Transaction) throws {
        let terms = order.terms
        try tx.execute(
            """
            INSERT INTO orders (out_trade_no, channel, amount_fen, description, asked_expires_at, expires_at, checkout_token, state,
                created_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            .text(terms.outTradeNo.text), .text(terms.channel.rawValue), .integer(terms.amountFen), .text(terms.description),
            SQLValue(terms.expiresAt?.nanoseconds), .integer(order.expiresAt.nanoseconds), .text(order.checkoutToken),
            .integer(order.state.rawValue), .integer(now.nanoseconds))
    }

    /// NOT_PAID → PAID, and the notification that tells it.
    static func pay(_ order: StoredOrder, now: UnixTime, _ tx: borrowing Transaction) throws -> StoredOrder {
        var paid = order
        let number = try ChannelNumber.next(.transaction, order.terms.channel, at: now, tx)
        (paid.state, paid.transactionID, paid.paidAt) = (.paid, number, now)
        try tx.execute(
            "UPDATE orders SET state = 2, transaction_id = ?, paid_at = ? WHERE out_trade_no = ? AND state = 1",
            .text(number), .integer(now.nanoseconds), .text(order.terms.outTradeNo.text))
        try NotificationRow.insert(order.terms.outTradeNo, now: now, tx)
        return paid
    }

    /// NOT_PAID → CLOSED, and the notification that tells it.
    static func close(_ order: StoredOrder, now: UnixTime, _ tx: borrowing Transaction) throws -> StoredOrder {
        var closed = order
        closed.state = .closed
        try tx.execute(
            "UPDATE orders SET state = 3, closed_at = ? WHERE out_trade_no = ? AND state = 1",
            .integer(now.nanoseconds), .text(order.terms.outTradeNo.text))
        try NotificationRow.insert(order.terms.outTradeNo, now: now, tx)
        return closed
    }

    private static func order(_ row: borrowing Row) throws -> StoredOrder {
        guard let state = StoredOrder.State(rawValue: try row.int64(7)) else {
            throw StorageError(kind: .corrupt, message: "an order has an unknown state")
        }
        return StoredOrder(
            terms: OrderTerms(
                stored: try OutTradeNo(try row.text(0)), try PaymentChannelKind(code: try row.text(1)), try row.int64(2), try row.text(3),
                try row.optionalInt64(4).map(UnixTime.init(nanoseconds:))),
            expiresAt: UnixTime(nanoseconds: try row.int64(5)), checkoutToken: try row.text(6), state: state,
            transactionID: try row.optionalText(8), paidAt: try row.optionalInt64(9).map(UnixTime.init(nanoseconds:)))
    }
}
