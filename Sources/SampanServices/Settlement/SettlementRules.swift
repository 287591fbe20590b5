internal import SampanAPI
internal import SampanDomain
internal import SampanFerry

/// What has to hold in a day's figures before it may be closed. Pure.
enum SettlementRules {
    /// Throws `.contradiction` with the first thing that does not hold.
    /// - Parameter postedEntries: entries that the ledger has for the receipts.
    static func check(_ settlement: SettlementV1.Settlement, postedEntries: Int64) throws {
        for institution in settlement.institutions {
            let receipts = institution.tenders.reduce(0) { $0 + $1.amountFen }
            guard receipts == institution.postedFen else {
                throw SettlementError.contradiction(
                    "the receipts of \(institution.institutionCode) come to \(yuan(receipts)), its ledger to \(yuan(institution.postedFen))"
                )
            }
            guard institution.tenders.first(where: { $0.tender == "CASH" })?.amountFen == 0 else {
                throw SettlementError.contradiction("\(institution.institutionCode) has cash of the mobile operator")
            }
        }
        guard settlement.receipts == UInt64(clamping: postedEntries) else {
            throw SettlementError.contradiction("there are \(settlement.receipts) receipts and \(postedEntries) entries for them")
        }
        guard settlement.institutions.reduce(0, { $0 + $1.postedFen }) == settlement.receiptsFen else {
            throw SettlementError.contradiction("the receipts come to another sum than those of the institutions")
        }
        for channel in settlement.channels {
            let account = settlement.accounts.first { $0.account == "CHANNEL_CLEARING:\(channel.code)" }
            guard channel.netFen == (account.map { $0.closingFen - $0.openingFen } ?? 0) else {
                throw SettlementError.contradiction("\(channel.code) moved \(yuan(channel.netFen)), and its account does not say so")
            }
        }
        let (debits, credits) = settlement.accounts.reduce((0, 0)) { ($0.0 + $1.debitsFen, $0.1 + $1.creditsFen) }
        guard debits == credits else {
            throw SettlementError.contradiction("debits of \(yuan(debits)) and credits of \(yuan(credits)) on one day")
        }
    }

    private static func yuan(_ fen: Int64) -> String { Money(fen: fen).yuan }
}

extension SettlementV1.ChannelTotal {
    /// As ledgers and bills have it.
    var code: String { (try? PaymentChannelKind(channel))?.rawValue ?? "" }
}
