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
    /// Columns org_code, his_receipt_no, out_trade_no, kind, amount_fen, posted_at (China time), operator_id, settlement_mark.
    /// - Parameter reversals: charges that the HIS has taken back, by the number of the reversal.
    package static func csv(_ rows: [HISLedgerRow], reversals: [HISLedgerRow] = []) -> [UInt8] {
        var writer = CSVWriter(header: [
            "org_code", "his_receipt_no", "out_trade_no", "kind", "amount_fen", "posted_at", "operator_id", "settlement_mark",
        ])
        for (kind, rows) in [("CHARGE", rows), ("REVERSE", reversals)] {
            for row in rows {
                writer.append([
                    row.institution.text, row.receipt.text, row.outTradeNo.text, kind, String(row.amount.fen), row.postedAt.chinaText,
                    row.ferryOperator, row.settlementMark,
                ])
            }
        }
        return writer.bytes
    }
}
