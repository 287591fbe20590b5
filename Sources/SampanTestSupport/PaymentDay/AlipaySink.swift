internal import Foundation
internal import SampanDomain
internal import SampanReconciliation

/// An Alipay bill while it is written: in memory, since an archive is made of all of it.
struct AlipaySink {
    private let path: String
    private var detail: [UInt8] = []
    private let paymentWord: [UInt8]
    private let refundWord: [UInt8]
    private let tail: [UInt8]
    private var shops: [String: Shop] = [:]

    private struct Shop {
        var payments = 0
        var refunds = 0
        var received: Int64 = 0
        var returned: Int64 = 0
        var fees: Int64 = 0
    }

    init(_ path: String, _ random: inout SeededRandom) throws {
        self.path = path
        paymentWord = try GB18030.encode("交易")
        refundWord = try GB18030.encode("退款")
        tail = try GB18030.encode("云溪县\"人民\"医院\t,\t,*丽(141******25)\t,0.00,0.00\t,\r\n")
        let columns =
            "支付宝交易号,商户订单号,业务类型,完成时间,门店编号,订单金额（元）,商家实收（元）,退款批次号/请求号,服务费（元）,门店名称,操作员,对方账户,商家优惠（元）,分润（元）,备注"
        detail = try GB18030.encode("#支付宝业务明细查询\r\n#账号：[2088000000000156]\r\n\(columns)\r\n")
    }

    mutating func line(_ order: PlantedBooks.Order, _ line: PlantedBillLine) {
        let isRefund = line.refund != nil
        let sign: Int64 = isRefund ? -1 : 1
        detail += "\(line.transaction ?? order.transaction)\t,\(order.number)\t,".utf8
        detail += isRefund ? refundWord : paymentWord
        detail += "\t,\(PlantedBooks.date.day) \(order.time),\(order.institution)\t,".utf8
        detail += "\(Money(fen: sign * line.amount).yuan),\(Money(fen: sign * line.settled).yuan),\(line.refund ?? "")\t,".utf8
        detail += "\(Money(fen: -sign * line.fee).yuan),".utf8
        detail += tail
        var shop = shops[order.institution] ?? Shop()
        if isRefund {
            shop.refunds += 1
            shop.returned += line.settled
        } else {
            shop.payments += 1
            shop.received += line.settled
        }
        shop.fees -= sign * line.fee
        shops[order.institution] = shop
    }

    mutating func close() throws {
        var all = Shop()
        var summary = "#支付宝业务汇总查询\r\n门店编号,门店名称,交易订单总笔数,退款订单总笔数,订单金额（元）,商家实收（元）,服务费（元）,实收净额（元）\r\n"
        func row(_ name: String, _ shop: Shop) -> String {
            let net = shop.received - shop.returned
            return "\(name),云溪县,\(shop.payments),\(shop.refunds),\(Money(fen: net).yuan),\(Money(fen: net).yuan),"
                + "\(Money(fen: shop.fees).yuan),\(Money(fen: net + shop.fees).yuan)\r\n"
        }
        for (name, shop) in shops.sorted(by: { $0.key < $1.key }) {
            summary += row(name, shop)
            all.payments += shop.payments
            all.refunds += shop.refunds
            all.received += shop.received
            all.returned += shop.returned
            all.fees += shop.fees
        }
        summary += row("合计", all) + "#导出时间：[2026年11月19日 09:12:33]\r\n"
        detail += try GB18030.encode(
            "#-----业务明细列表结束-----\r\n#交易合计：\(all.payments)笔，商家实收共\(Money(fen: all.received).yuan)元，商家优惠共0.00元\r\n"
                + "#退款合计：\(all.refunds)笔，商家实收退款共\(Money(fen: -all.returned).yuan)元，商家优惠退款共0.00元\r\n")
        var archive = ZipArchiveWriter()
        try archive.add(name: try GB18030.encode("2088000000000156_20261118_业务明细.csv"), detail)
        try archive.add(name: try GB18030.encode("2088000000000156_20261118_业务明细(汇总).csv"), try GB18030.encode(summary))
        try Data(archive.bytes).write(to: URL(fileURLWithPath: path))
    }
}
