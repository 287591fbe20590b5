package import SampanDomain

/// One line of the hospital's ledger.
package struct HISLedgerRow: Sendable, Hashable {
    package let institution: InstitutionCode
    package let receipt: ReceiptNumber
    package let outTradeNo: OutTradeNo
    package let amount: Money
    package let postedAt: UnixTime
    package let ferryOperator: String
    package let settlementMark: String

    package init(
        institution: InstitutionCode, receipt: ReceiptNumber, outTradeNo: OutTradeNo, amount: Money, postedAt: UnixTime,
        ferryOperator: String, settlementMark: String
    ) {
        self.institution = institution
        self.receipt = receipt
        self.outTradeNo = outTradeNo
        self.amount = amount
        self.postedAt = postedAt
        self.ferryOperator = ferryOperator
        self.settlementMark = settlementMark
    }
}

/// The ledger as the file that reconciliation reads.
package enum HISLedger {
    /// Columns org_code, his_receipt_no, out_trade_no, kind, amount_fen, posted_at (China time).
    package static func csv(_ rows: [HISLedgerRow]) -> [UInt8] {
        var writer = CSVWriter(header: ["org_code", "his_receipt_no", "out_trade_no", "kind", "amount_fen", "posted_at"])
        for row in rows {
            writer.append([
                row.institution.text, row.receipt.text, row.outTradeNo.text, "CHARGE", String(row.amount.fen), row.postedAt.chinaText,
            ])
        }
        return writer.bytes
    }
}
