package import SampanDomain

/// An account of the region's chart (科目). The chart is closed: what is not here cannot be booked.
package enum LedgerAccount: Sendable, Hashable {
    /// What a channel holds for us and has not settled.
    case channelClearing(PaymentChannelKind)
    /// What a channel has settled and the bank has not shown yet: the T+1 difference.
    case bankInTransit(PaymentChannelKind, InstitutionCode)
    /// What the bank holds on the account of an institution.
    case bank(InstitutionCode)
    /// What we owe to payers whose matter is open: neither posted nor on its way back.
    case customerPrepayment
    /// What we owe to payers who paid one order twice.
    case payerOverpayment
    /// What a channel was asked to give back and has not confirmed.
    case refundsInFlight(PaymentChannelKind)
    /// What we owe to a hospital.
    case hospitalPayable(InstitutionCode)
    /// Money that nobody can explain yet, found by reconciliation: a credit is too much, a debit lacks.
    case suspense
    /// Fees that a channel gave back.
    case channelFeeRecovered(PaymentChannelKind, InstitutionCode)
    /// Fees that a channel took.
    case channelFee(PaymentChannelKind, InstitutionCode)

    package var kind: AccountKind {
        switch self {
        case .channelClearing, .bankInTransit, .bank: .asset
        case .customerPrepayment, .payerOverpayment, .refundsInFlight, .hospitalPayable, .suspense: .liability
        case .channelFeeRecovered: .income
        case .channelFee: .expense
        }
    }

    /// It never has less than nothing: what would take it below zero is refused. Clearing and bank may: a channel takes refunds back on
    /// days without payments, and a bank statement comes late.
    package var isGuarded: Bool {
        switch self {
        case .customerPrepayment, .payerOverpayment, .refundsInFlight, .hospitalPayable: true
        case .channelClearing, .bankInTransit, .bank, .suspense, .channelFeeRecovered, .channelFee: false
        }
    }

    /// The word of its kind of account.
    package var word: String {
        switch self {
        case .channelClearing: "CHANNEL_CLEARING"
        case .bankInTransit: "BANK_IN_TRANSIT"
        case .bank: "BANK"
        case .customerPrepayment: "CUSTOMER_PREPAYMENT"
        case .payerOverpayment: "PAYER_OVERPAYMENT"
        case .refundsInFlight: "REFUNDS_IN_FLIGHT"
        case .hospitalPayable: "HOSPITAL_PAYABLE"
        case .suspense: "SUSPENSE"
        case .channelFeeRecovered: "CHANNEL_FEE_RECOVERED"
        case .channelFee: "CHANNEL_FEE"
        }
    }

    package var chinese: String {
        switch self {
        case .channelClearing: "渠道清算"
        case .bankInTransit: "在途银行款"
        case .bank: "银行存款"
        case .customerPrepayment: "患者预付款"
        case .payerOverpayment: "多付待退款"
        case .refundsInFlight: "退款在途"
        case .hospitalPayable: "应付医院款"
        case .suspense: "待查挂账"
        case .channelFeeRecovered: "手续费退回"
        case .channelFee: "渠道手续费"
        }
    }

    package var channel: PaymentChannelKind? {
        switch self {
        case .channelClearing(let channel), .refundsInFlight(let channel), .bankInTransit(let channel, _),
            .channelFeeRecovered(let channel, _), .channelFee(let channel, _):
            channel
        case .bank, .customerPrepayment, .payerOverpayment, .hospitalPayable, .suspense: nil
        }
    }

    package var institution: InstitutionCode? {
        switch self {
        case .bank(let code), .hospitalPayable(let code), .bankInTransit(_, let code), .channelFeeRecovered(_, let code),
            .channelFee(_, let code):
            code
        case .channelClearing, .customerPrepayment, .payerOverpayment, .refundsInFlight, .suspense: nil
        }
    }

    /// The word and its dimensions: `BANK_IN_TRANSIT:WX:4699010001`. What tables and commands write.
    package var code: String {
        switch (channel, institution) {
        case (nil, nil): word
        case (let channel?, nil): "\(word):\(channel.rawValue)"
        case (nil, let institution?): "\(word):\(institution.text)"
        case (let channel?, let institution?): "\(word):\(channel.rawValue):\(institution.text)"
        }
    }
}

extension LedgerAccount {
    /// Reads what `code` writes. Throws for what is no account of the chart.
    package init(code: String) throws(DomainError) {
        let parts = code.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        switch (parts[0], parts.count) {
        case ("CUSTOMER_PREPAYMENT", 1): self = .customerPrepayment
        case ("PAYER_OVERPAYMENT", 1): self = .payerOverpayment
        case ("SUSPENSE", 1): self = .suspense
        case ("CHANNEL_CLEARING", 2): self = .channelClearing(try PaymentChannelKind(code: parts[1]))
        case ("REFUNDS_IN_FLIGHT", 2): self = .refundsInFlight(try PaymentChannelKind(code: parts[1]))
        case ("BANK", 2): self = .bank(try Self.institution(parts[1]))
        case ("HOSPITAL_PAYABLE", 2): self = .hospitalPayable(try Self.institution(parts[1]))
        case ("BANK_IN_TRANSIT", 3): self = .bankInTransit(try PaymentChannelKind(code: parts[1]), try Self.institution(parts[2]))
        case ("CHANNEL_FEE", 3): self = .channelFee(try PaymentChannelKind(code: parts[1]), try Self.institution(parts[2]))
        case ("CHANNEL_FEE_RECOVERED", 3):
            self = .channelFeeRecovered(try PaymentChannelKind(code: parts[1]), try Self.institution(parts[2]))
        default:
            throw DomainError(
                field: "account", message: "no account of the chart; right would be CUSTOMER_PREPAYMENT or BANK_IN_TRANSIT:WX:4699010001")
        }
    }

    private static func institution(_ text: String) throws(DomainError) -> InstitutionCode { try InstitutionCode(text, scheme: .local) }
}
