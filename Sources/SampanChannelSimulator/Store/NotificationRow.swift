package import SampanDomain
internal import SampanStorage

/// A notification that the merchant has not answered with OK yet.
package struct PendingNotification: Sendable, Equatable {
    package let outTradeNo: OutTradeNo
    /// How often it was sent already.
    package let attempts: Int
    package let nextAt: UnixTime
}

/// SQL of the outbox.
enum NotificationRow {
    static func insert(_ order: OutTradeNo, now: UnixTime, _ tx: borrowing Transaction) throws {
        try tx.execute(
            "INSERT INTO notifications (out_trade_no, attempts, next_at) VALUES (?, 0, ?)", .text(order.text), .integer(now.nanoseconds))
    }

    /// The oldest first, due or not.
    static func pending(limit: Int, _ tx: borrowing Transaction) throws -> [PendingNotification] {
        try tx.rows(
            "SELECT out_trade_no, attempts, next_at FROM notifications WHERE delivered_at IS NULL ORDER BY next_at LIMIT ?",
            .integer(Int64(limit))
        ) { row in
            PendingNotification(
                outTradeNo: try OutTradeNo(try row.text(0)), attempts: Int(try row.int64(1)),
                nextAt: UnixTime(nanoseconds: try row.int64(2)))
        }
    }

    static func deliver(_ order: OutTradeNo, now: UnixTime, _ tx: borrowing Transaction) throws {
        try tx.execute(
            "UPDATE notifications SET attempts = attempts + 1, delivered_at = ? WHERE out_trade_no = ? AND delivered_at IS NULL",
            .integer(now.nanoseconds), .text(order.text))
    }

    static func postpone(_ order: OutTradeNo, until next: UnixTime, _ tx: borrowing Transaction) throws {
        try tx.execute(
            "UPDATE notifications SET attempts = attempts + 1, next_at = ? WHERE out_trade_no = ? AND delivered_at IS NULL",
            .integer(next.nanoseconds), .text(order.text))
    }
}
