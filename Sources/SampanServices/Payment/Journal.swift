internal import SampanDomain
internal import SampanStorage

/// The accounts of the journal. A positive line is a debit (owed to us, or owed less), a negative one a credit.
enum JournalAccount {
    /// What the channel holds for us.
    static func clearing(_ channel: PaymentChannelKind) -> String { "CHANNEL_CLEARING:" + channel.rawValue }
    /// What we owe to payers whose matter is open.
    static let prepayment = "CUSTOMER_PREPAYMENT"
    /// What we owe to a hospital.
    static func payable(_ institution: InstitutionCode) -> String { "HOSPITAL_PAYABLE:" + institution.text }
}

/// Double entries, written in the transaction of the step that moves the money.
enum Journal {
    static func post(_ movement: LedgerMovement, of payment: PaymentRecord, now: UnixTime, _ tx: borrowing Transaction) throws {
        let (debit, credit) = accounts(of: movement, payment)
        try tx.execute(
            "INSERT INTO journal_entries (out_trade_no, movement, at) VALUES (?, ?, ?)",
            .text(payment.outTradeNo.text), .text(movement.rawValue), .integer(now.nanoseconds))
        let entry =
            try tx.first(
                "SELECT id FROM journal_entries WHERE out_trade_no = ? AND movement = ?", .text(payment.outTradeNo.text),
                .text(movement.rawValue)
            ) { try $0.int64(0) } ?? 0
        for (line, (account, amount)) in [(debit, payment.amount), (credit, try payment.amount.negated())].enumerated() {
            try tx.execute(
                "INSERT INTO journal_lines (entry, line, account, amount_fen) VALUES (?, ?, ?, ?)",
                .integer(entry), .integer(Int64(line)), .text(account), .integer(amount.fen))
        }
    }

    private static func accounts(of movement: LedgerMovement, _ payment: PaymentRecord) -> (debit: String, credit: String) {
        let clearing = JournalAccount.clearing(payment.channel)
        return switch movement {
        case .received: (clearing, JournalAccount.prepayment)
        case .posted: (JournalAccount.prepayment, JournalAccount.payable(payment.institution))
        case .refunded: (JournalAccount.prepayment, clearing)
        }
    }
}
