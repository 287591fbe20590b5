/// What one side of the books comes to, as its own file says.
package struct SideTotals: Sendable, Hashable {
    package var payments = 0
    package var paid = Sum()
    package var refunds = 0
    package var refunded = Sum()
    /// Of a channel: fees charged, less fees given back.
    package var fees = Sum()

    package init() {}
}

/// The totals of all sides of a day.
package struct DayTotals: Sendable, Hashable {
    /// Paid orders and refunds of the platform.
    package var platform = SideTotals()
    /// Orders that nobody paid.
    package var unpaidOrders = 0
    /// Refunds that the channel has not confirmed yet.
    package var openRefunds = 0
    /// Charges and what was taken back of them.
    package var his = SideTotals()
    package var weChat = SideTotals()
    package var alipay = SideTotals()
    /// Lines of both bills.
    package var billLines: Int { weChat.payments + weChat.refunds + alipay.payments + alipay.refunds }
    /// Bookings of the bank for this day, and what they come to.
    package var deposits = 0
    package var deposited = Sum()
    /// Bookings for other days (a statement after a holiday has several), and of others than the channels.
    package var otherBookings = 0

    package init() {}
}
