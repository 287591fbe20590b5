/// What some lines of an Alipay bill come to. Payments and what is left after refunds are kept apart: which of them a total means is not
/// documented, so either is taken.
struct AlipaySums {
    private(set) var payments: Int64 = 0
    private(set) var refunds: Int64 = 0
    /// 商家实收 of payments, and of refunds as a positive number.
    private(set) var received = Sum()
    private(set) var returned = Sum()
    /// 商家实收 + 服务费 + 分润 of all lines, as the channel settles it.
    private(set) var net = Sum()

    mutating func add(isPayment: Bool, settled: Int64, fee: Int64, share: Int64) {
        if isPayment {
            payments += 1
            received.add(settled)
            net.add(settled - fee - share)
        } else {
            refunds += 1
            returned.add(settled)
            net.add(fee + share - settled)
        }
    }

    func isReceived(_ total: Int64) -> Bool { total == received.fen || total == received.fen - returned.fen }

    func isNet(_ total: Int64) -> Bool { total == net.fen }
}
