package import SampanDomain
internal import SampanStorage

/// Everything that stands in a channel's file, for holding against the books of its merchant.
package struct ChannelBooks: Sendable, Equatable {
    package struct Order: Sendable, Equatable {
        package let outTradeNo: String
        package let amount: Money
        package let state: StoredOrder.State
    }

    package struct Refund: Sendable, Equatable {
        package let outTradeNo: String
        package let outRefundNo: String
        package let amount: Money
        /// Whether the money is back.
        package let isFinal: Bool
    }

    /// By number.
    package let orders: [Order]
    package let refunds: [Refund]
}

extension ChannelStore {
    /// Read from one snapshot. Throws `.storage`.
    package func books() async throws(ChannelError) -> ChannelBooks {
        try await database.read(ChannelError.self) { tx in
            ChannelBooks(
                orders: try tx.rows("SELECT out_trade_no, amount_fen, state FROM orders ORDER BY out_trade_no") { row in
                    guard let state = StoredOrder.State(rawValue: try row.int64(2)) else {
                        throw StorageError(kind: .corrupt, message: "an order in no state")
                    }
                    return ChannelBooks.Order(outTradeNo: try row.text(0), amount: Money(fen: try row.int64(1)), state: state)
                },
                refunds: try tx.rows(
                    "SELECT out_trade_no, out_refund_no, amount_fen, succeeded_at IS NOT NULL FROM refunds ORDER BY out_refund_no"
                ) { row in
                    ChannelBooks.Refund(
                        outTradeNo: try row.text(0), outRefundNo: try row.text(1), amount: Money(fen: try row.int64(2)),
                        isFinal: try row.int64(3) == 1)
                })
        }
    }
}
