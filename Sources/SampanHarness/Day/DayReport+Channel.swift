internal import SampanChannelSimulator
internal import SampanDomain
internal import SampanServices

extension DayReport {
    /// Holds the channel's own books against the day and the platform: it moved the money, whatever anybody else has written down.
    static func channelFaults(_ day: [DayRequest], _ books: DayBooks) -> [String] {
        let orders = Dictionary(books.channel.orders.map { ($0.outTradeNo, $0) }) { first, _ in first }
        let refunds = Dictionary(grouping: books.channel.refunds, by: \.outTradeNo)
        var faults = day.flatMap { channelFaults($0, orders[$0.outTradeNo.text], refunds[$0.outTradeNo.text] ?? []) }
        let known = Set(day.map(\.outTradeNo.text))
        for order in orders.keys where !known.contains(order) { faults.append("the channel has an order \(order), which nobody asked for") }
        let paid = books.channel.orders.filter { $0.state == .paid }.reduce(0) { $0 + $1.amount.fen }
        let refunded = books.channel.refunds.filter(\.isFinal).reduce(0) { $0 + $1.amount.fen }
        if paid != books.equation.paid.fen { faults.append("the channel took \(paid) fen, the platform says \(books.equation.paid.fen)") }
        if refunded != books.equation.refunded.fen {
            faults.append("the channel gave back \(refunded) fen, the platform says \(books.equation.refunded.fen)")
        }
        return faults
    }

    private static func channelFaults(
        _ request: DayRequest, _ order: ChannelBooks.Order?, _ refunds: [ChannelBooks.Refund]
    ) -> [String] {
        let number = request.outTradeNo.text
        guard let order else { return ["\(number) is not in the channel's books"] }
        var faults: [String] = []
        let isPaid = request.hisOutcome != nil
        if isPaid != (order.state == .paid) { faults.append("\(number) is \(order.state) at the channel") }
        if order.amount != request.amount { faults.append("\(number) is over \(order.amount.fen) fen at the channel") }
        let expected = request.expected == .refunded ? 1 : 0
        if refunds.count != expected { faults.append("\(number) has \(refunds.count) refunds at the channel, not \(expected)") }
        for refund in refunds where refund.amount != request.amount || !refund.isFinal {
            faults.append("\(number) has a refund of \(refund.amount.fen) fen at the channel, final: \(refund.isFinal)")
        }
        return faults
    }
}
