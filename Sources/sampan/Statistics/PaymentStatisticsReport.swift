import SampanAPI
import SampanDomain

/// Payments by month, as JSON, CSV and tables. Amounts are whole fen, yuan in tables.
struct PaymentStatisticsReport: Encodable {
    struct Channel: Encodable {
        let month: String
        let channel: String
        let payments: UInt64
        let paidFen: Int64
        let refunds: UInt64
        let refundedFen: Int64
    }

    struct Institution: Encodable {
        let month: String
        let org: String
        let receipts: UInt64
        let postedFen: Int64
        let reversals: UInt64
        let reversedFen: Int64
    }

    let channels: [Channel]
    let institutions: [Institution]

    init(_ statistics: StatisticsV1.GetPaymentStatisticsResponse) {
        channels = statistics.channels.map {
            Channel(
                month: $0.month, channel: SettlementReport.code($0.channel), payments: $0.payments, paidFen: $0.paidFen,
                refunds: $0.refunds, refundedFen: $0.refundedFen)
        }
        institutions = statistics.institutions.map {
            Institution(
                month: $0.month, org: $0.institutionCode, receipts: $0.receipts, postedFen: $0.postedFen, reversals: $0.reversals,
                reversedFen: $0.reversedFen)
        }
    }

    /// One line for a month and a channel or a hospital.
    var csv: String {
        var writer = CSVWriter(header: ["month", "section", "code", "payments", "paid_fen", "refunds", "refunded_fen"])
        for row in channels {
            writer.append([
                row.month, "channel", row.channel, String(row.payments), String(row.paidFen), String(row.refunds), String(row.refundedFen),
            ])
        }
        for row in institutions {
            writer.append([
                row.month, "institution", row.org, String(row.receipts), String(row.postedFen), String(row.reversals),
                String(row.reversedFen),
            ])
        }
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    var text: String {
        let byChannel = channels.map {
            [$0.month, $0.channel, String($0.payments), Money(fen: $0.paidFen).yuan, String($0.refunds), Money(fen: $0.refundedFen).yuan]
        }
        let byHospital = institutions.map {
            [
                $0.month, CertificateDescription.printable($0.org), String($0.receipts), Money(fen: $0.postedFen).yuan,
                String($0.reversals), Money(fen: $0.reversedFen).yuan,
            ]
        }
        return TextTable(["month 月", "channel 渠道", "payments 笔数", "paid 收款", "refunds 退款笔数", "refunded 退款"], byChannel).text + "\n\n"
            + TextTable(["month 月", "institution 机构", "receipts 张数", "posted 入账", "reversals 退费笔数", "reversed 退费"], byHospital).text
    }
}
