internal import SampanAPI
internal import SampanDomain
internal import SampanFerry
internal import SampanLedger
internal import SampanStorage

/// Sums the ledger's turnover up by month: no payment is read.
enum PaymentStatistics {
    static func read(_ months: [BusinessMonth], _ tx: borrowing Transaction) throws -> StatisticsV1.GetPaymentStatisticsResponse {
        var response = StatisticsV1.GetPaymentStatisticsResponse()
        for month in months {
            let turnover = try PaymentBooking.ledger.turnover(of: month, tx)
            response.channels += PaymentChannelKind.allCases.map { channel(month, $0, turnover) }
            response.institutions += institutions(month, turnover)
        }
        return response
    }

    private static func channel(
        _ month: BusinessMonth, _ channel: PaymentChannelKind, _ turnover: [LedgerTurnover]
    ) -> StatisticsV1.ChannelMonth {
        var sums = StatisticsV1.ChannelMonth(month: month.text, channel: channel.message)
        for moved in turnover where moved.account == .channelClearing(channel) {
            switch moved.event {
            case .paid, .paidLate, .secondPayment:
                sums.payments += UInt64(clamping: moved.entries)
                sums.paidFen += moved.debits.fen
            case .refundConfirmed:
                sums.refunds += UInt64(clamping: moved.entries)
                sums.refundedFen += moved.credits.fen
            default: break
            }
        }
        return sums
    }

    private static func institutions(_ month: BusinessMonth, _ turnover: [LedgerTurnover]) -> [StatisticsV1.InstitutionMonth] {
        var sums: [String: StatisticsV1.InstitutionMonth] = [:]
        for moved in turnover {
            guard case .hospitalPayable(let code) = moved.account else { continue }
            var sum = sums[code.text] ?? StatisticsV1.InstitutionMonth(month: month.text, institutionCode: code.text)
            switch moved.event {
            case .posted:
                sum.receipts += UInt64(clamping: moved.entries)
                sum.postedFen += moved.credits.fen
            case .chargeReversed:
                sum.reversals += UInt64(clamping: moved.entries)
                sum.reversedFen += moved.debits.fen
            default: continue
            }
            sums[code.text] = sum
        }
        return sums.values.sorted { $0.institutionCode < $1.institutionCode }
    }
}
