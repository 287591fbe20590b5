internal import SampanAPI
internal import SampanDomain
internal import SampanFerry
internal import SampanLedger
internal import SampanStorage

/// Sums a day up. Every amount comes from the ledger's turnover of the day or from its balances; the receipts come from the payments and
/// are held against them.
struct SettlementFigures {
    private let day: BusinessDay
    private let turnover: [LedgerTurnover]
    private let receipts: PaymentReceipts

    /// The day as it is in this snapshot, without anything about its closing. Throws `.contradiction` where receipts and ledger differ.
    static func read(_ day: BusinessDay, _ tx: borrowing Transaction) throws -> SettlementV1.Settlement {
        try SettlementError.translating {
            let ledger = PaymentBooking.ledger
            let figures = SettlementFigures(
                day: day, turnover: try ledger.turnover(from: day, through: day, tx), receipts: try PaymentReceipts.of(day, tx))
            let balances = try ledger.trialBalance(at: .booked(day), tx)
            let end = try ledger.end(tx)
            let settlement = SettlementV1.Settlement(
                operatorID: MobileOperator.code, settlementMark: MobileOperator.settlementMark, date: day.text, state: .open,
                institutions: try figures.institutions(), channels: try PaymentChannelKind.allCases.map(figures.channel),
                accounts: try balances.accounts.compactMap(figures.account), lateEntries: try lateEntries(day, tx),
                firstReceipt: figures.receipts.first ?? "", lastReceipt: figures.receipts.last ?? "",
                receipts: UInt64(clamping: figures.receipts.sums.reduce(0) { $0 + $1.count }),
                receiptsFen: try figures.receipts.sums.reduce(Money.zero) { try $0.adding($1.amount) }.fen, cashFen: 0,
                lastEntry: UInt64(clamping: end?.number ?? 0), lastEntryHash: end?.hash ?? [],
                receiptGaps: figures.receipts.gaps.listed.map { SettlementV1.ReceiptGap(first: $0.first, last: $0.last) },
                missingReceipts: UInt64(clamping: figures.receipts.gaps.missing))
            try SettlementRules.check(settlement, postedEntries: figures.postedEntries)
            return settlement
        }
    }

    /// Entries that the ledger has for the receipts of the day.
    private var postedEntries: Int64 {
        turnover.filter { $0.event == .posted && $0.account.institution != nil }.reduce(0) { $0 + $1.entries }
    }

    // MARK: Institutions

    private func institutions() throws -> [SettlementV1.InstitutionTotal] {
        var codes = Set(receipts.sums.map(\.institution.text))
        for moved in turnover {
            if case .hospitalPayable(let code) = moved.account { codes.insert(code.text) }
        }
        return try codes.sorted().map(institution)
    }

    private func institution(_ code: String) throws -> SettlementV1.InstitutionTotal {
        let own = receipts.sums.filter { $0.institution.text == code }
        var (posted, reversed) = (Money.zero, Money.zero)
        for moved in turnover {
            guard case .hospitalPayable(let institution) = moved.account, institution.text == code else { continue }
            switch moved.event {
            case .posted: posted = try posted.adding(moved.credits).subtracting(moved.debits)
            case .chargeReversed, .reversal: reversed = try reversed.adding(moved.debits).subtracting(moved.credits)
            default: break
            }
        }
        let tenders = PaymentChannelKind.allCases.map { channel in
            let sum = own.first { $0.channel == channel }
            return SettlementV1.TenderTotal(
                tender: channel.rawValue, receipts: UInt64(clamping: sum?.count ?? 0), amountFen: sum?.amount.fen ?? 0)
        }
        return SettlementV1.InstitutionTotal(
            institutionCode: code, receipts: UInt64(clamping: own.reduce(0) { $0 + $1.count }), postedFen: posted.fen,
            reversedFen: reversed.fen, netFen: try posted.subtracting(reversed).fen,
            // The mobile operator takes no cash; the column is there because the window's report has it (FE-06).
            tenders: [SettlementV1.TenderTotal(tender: "CASH")] + tenders)
    }

    // MARK: Channels

    private func channel(_ channel: PaymentChannelKind) throws -> SettlementV1.ChannelTotal {
        var total = SettlementV1.ChannelTotal(channel: channel.message)
        var (paid, refunded, other) = (Money.zero, Money.zero, Money.zero)
        for moved in turnover where moved.account == .channelClearing(channel) {
            let change = try moved.debits.subtracting(moved.credits)
            switch moved.event {
            case .paid, .paidLate, .secondPayment:
                paid = try paid.adding(change)
                total.payments += UInt64(clamping: moved.entries)
            case .refundConfirmed:
                refunded = try refunded.subtracting(change)
                total.refunds += UInt64(clamping: moved.entries)
            default: other = try other.adding(change)
            }
        }
        (total.paidFen, total.refundedFen, total.otherFen) = (paid.fen, refunded.fen, other.fen)
        total.netFen = try paid.subtracting(refunded).adding(other).fen
        return total
    }

    // MARK: Accounts

    /// Nil for one that the day has not moved and that holds nothing.
    private func account(_ closing: AccountBalance) throws -> SettlementV1.AccountDay? {
        let moved = turnover.filter { $0.account == closing.account }
        let debits = try moved.reduce(Money.zero) { try $0.adding($1.debits) }
        let credits = try moved.reduce(Money.zero) { try $0.adding($1.credits) }
        let change = try debits.subtracting(credits)
        let own = closing.account.kind.isDebitNormal ? change : try change.negated()
        guard !moved.isEmpty || closing.balance != .zero else { return nil }
        return SettlementV1.AccountDay(
            account: closing.account.code, name: closing.account.chinese, openingFen: try closing.balance.subtracting(own).fen,
            debitsFen: debits.fen, creditsFen: credits.fen, closingFen: closing.balance.fen)
    }

    /// Entries that were booked on the day because theirs was closed.
    private static func lateEntries(_ day: BusinessDay, _ tx: borrowing Transaction) throws -> [SettlementV1.LateEntry] {
        try tx.rows(
            """
            SELECT l.entry, l.belongs_to, e.event, e.business_key,
                (SELECT SUM(amount_fen) FROM ledger_lines WHERE entry = l.entry AND amount_fen > 0)
            FROM settlement_late_entries l JOIN ledger_entries e ON e.id = l.entry WHERE l.booked_on = ? ORDER BY l.entry
            """, .integer(day.number)
        ) { row in
            SettlementV1.LateEntry(
                entry: UInt64(clamping: try row.int64(0)), belongsTo: BusinessDay(number: try row.int64(1))?.text ?? "",
                event: try row.text(2), key: try row.text(3), amountFen: try row.optionalInt64(4) ?? 0)
        }
    }
}
