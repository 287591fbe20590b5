import SampanAPI
import SampanDomain

/// A day of the mobile operator as people read it. Amounts are yuan in tables, whole fen in CSV.
struct SettlementReport {
    let settlement: SettlementV1.Settlement

    init(_ settlement: SettlementV1.Settlement) { self.settlement = settlement }

    var stateWord: String {
        switch settlement.state {
        case .open: "OPEN"
        case .closed: "CLOSED"
        case .closedMarked: "CLOSED_MARKED"
        case .unspecified, .unrecognized: "UNKNOWN"
        }
    }

    var stateText: String {
        switch settlement.state {
        case .open: "open 未结账"
        case .closed: "closed 已结账"
        case .closedMarked: "closed, marked 已结账(有未处理差异)"
        case .unspecified, .unrecognized: "unknown"
        }
    }

    /// It could not be closed now with that reason; not asked of one that is closed.
    func isRefused(reason: String) -> Bool {
        guard !settlement.obstacle.isEmpty else { return false }
        let stand = settlement.reconciliation
        let isReconciled = (stand?.run ?? 0) > 0 && stand?.openBreaks == 0
        return reason.isEmpty || isReconciled
    }

    // MARK: Tables

    static let institutionHead = [
        "institution 机构", "receipts 张数", "cash 现金", "WeChat 微信", "Alipay 支付宝", "posted 入账", "reversed 退费", "net 净额",
    ]

    var institutionRows: [[String]] {
        let rows = settlement.institutions.map { institution in
            [institution.institutionCode, String(institution.receipts)] + Self.tenders.map { yuan(tender($0, institution)) }
                + [yuan(institution.postedFen), yuan(institution.reversedFen), yuan(institution.netFen)]
        }
        let sum = { (amount: (SettlementV1.InstitutionTotal) -> Int64) in yuan(settlement.institutions.reduce(0) { $0 &+ amount($1) }) }
        let total =
            ["total 合计", String(settlement.receipts)] + Self.tenders.map { name in sum { tender(name, $0) } }
            + [sum(\.postedFen), sum(\.reversedFen), sum(\.netFen)]
        return rows + [total]
    }

    static let channelHead = ["channel 渠道", "payments 笔数", "paid 收款", "refunds 退款笔数", "refunded 退款", "other 其他", "net 净额"]

    var channelRows: [[String]] {
        settlement.channels.map {
            [
                Self.name($0.channel), String($0.payments), yuan($0.paidFen), String($0.refunds), yuan($0.refundedFen), yuan($0.otherFen),
                yuan($0.netFen),
            ]
        }
    }

    static let accountHead = ["account", "科目", "opening 期初", "debits 借方", "credits 贷方", "closing 期末"]

    var accountRows: [[String]] {
        settlement.accounts.map {
            [$0.account, $0.name, yuan($0.openingFen), yuan($0.debitsFen), yuan($0.creditsFen), yuan($0.closingFen)]
        }
    }

    static let lateHead = ["entry", "belongs to 归属日", "event 事项", "key", "amount 金额"]

    var lateRows: [[String]] {
        settlement.lateEntries.map { [String($0.entry), $0.belongsTo, $0.event, $0.key, yuan($0.amountFen)] }
    }

    /// What stands above the tables, a name and a value each.
    var facts: [(name: String, value: String)] {
        var facts = [("operator 操作员", "\(settlement.operatorID) (\(settlement.settlementMark))"), ("state 状态", stateText)]
        if let closed = closedText { facts.append(("closed 结账", "\(closed) by \(settlement.closedBy)")) }
        if !settlement.reason.isEmpty { facts.append(("reason 原因", settlement.reason)) }
        facts.append(("reconciliation 对账", standText))
        if !settlement.obstacle.isEmpty { facts.append(("not to be closed 不能结账", settlement.obstacle)) }
        facts.append(
            ("receipts 收据", settlement.receipts == 0 ? "none" : "\(settlement.firstReceipt) to \(settlement.lastReceipt)"))
        if settlement.missingReceipts > 0 {
            let listed = settlement.receiptGaps.prefix(3).map { $0.first == $0.last ? $0.first : "\($0.first) to \($0.last)" }
            let more = settlement.receiptGaps.count > listed.count ? ", …" : ""
            facts.append(
                ("gaps 跳号", "\(settlement.missingReceipts) numbers are of no payment of this day: \(listed.joined(separator: ", "))\(more)")
            )
        }
        facts.append(("ledger 总账", "up to entry \(settlement.lastEntry)"))
        return facts.map { ($0.0, CertificateDescription.printable($0.1)) }
    }

    /// In China time, as finance staff read it; nil while it is open.
    var closedText: String? {
        settlement.closedAt?.nanosecondsSince1970.map { UnixTime(nanoseconds: $0).chinaText }
    }

    private var standText: String {
        guard let stand = settlement.reconciliation, stand.run > 0 else { return "none is recorded" }
        return "run \(stand.run): \(stand.openBreaks) breaks open (\(yuan(stand.openFen))), \(stand.resolvedBreaks) resolved"
    }

    /// Without a line break at the end.
    var text: String {
        let names = facts.map { $0.name + ":" }
        var parts = [
            "Settlement 结账 of \(settlement.date)", TextTable.plain(zip(names, facts).map { [$0, $1.value] }),
            TextTable(Self.institutionHead, institutionRows).text, TextTable(Self.channelHead, channelRows).text,
        ]
        if !settlement.accounts.isEmpty { parts.append(TextTable(Self.accountHead, accountRows).text) }
        if !settlement.lateEntries.isEmpty {
            parts.append("late entries 补记, of days that were closed:\n" + TextTable(Self.lateHead, lateRows).text)
        }
        return parts.joined(separator: "\n\n")
    }

    // MARK: CSV

    /// One figure a row.
    var csv: String {
        var writer = CSVWriter(header: [
            "date", "operator_id", "settlement_mark", "state", "section", "code", "item", "count", "amount_fen",
        ])
        let head = [settlement.date, settlement.operatorID, settlement.settlementMark, stateWord]
        func row(_ section: String, _ code: String, _ item: String, _ count: UInt64?, _ fen: Int64) {
            writer.append(head + [section, code, item, count.map { String($0) } ?? "", String(fen)])
        }
        for institution in settlement.institutions {
            let code = institution.institutionCode
            for tender in institution.tenders { row("institution", code, tender.tender, tender.receipts, tender.amountFen) }
            row("institution", code, "POSTED", institution.receipts, institution.postedFen)
            row("institution", code, "REVERSED", nil, institution.reversedFen)
            row("institution", code, "NET", nil, institution.netFen)
        }
        for channel in settlement.channels {
            let code = Self.code(channel.channel)
            row("channel", code, "PAID", channel.payments, channel.paidFen)
            row("channel", code, "REFUNDED", channel.refunds, channel.refundedFen)
            row("channel", code, "OTHER", nil, channel.otherFen)
            row("channel", code, "NET", nil, channel.netFen)
        }
        for account in settlement.accounts {
            row("account", account.account, "OPENING", nil, account.openingFen)
            row("account", account.account, "DEBITS", nil, account.debitsFen)
            row("account", account.account, "CREDITS", nil, account.creditsFen)
            row("account", account.account, "CLOSING", nil, account.closingFen)
        }
        for entry in settlement.lateEntries { row("late", entry.key, entry.event, nil, entry.amountFen) }
        for gap in settlement.receiptGaps { row("gap", "\(gap.first)-\(gap.last)", "MISSING", nil, 0) }
        row("total", "", "RECEIPTS", settlement.receipts, settlement.receiptsFen)
        row("total", "", "CASH", nil, settlement.cashFen)
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    // MARK: Names

    private static let tenders = ["CASH", "WX", "ALI"]

    private func tender(_ name: String, _ institution: SettlementV1.InstitutionTotal) -> Int64 {
        institution.tenders.first { $0.tender == name }?.amountFen ?? 0
    }

    static func code(_ channel: GatewayV1.PaymentChannel) -> String {
        switch channel {
        case .wechatPay: PaymentChannelKind.wechatPay.rawValue
        case .alipay: PaymentChannelKind.alipay.rawValue
        case .unspecified, .unrecognized: "?"
        }
    }

    static func name(_ channel: GatewayV1.PaymentChannel) -> String {
        switch channel {
        case .wechatPay: "WeChat Pay 微信"
        case .alipay: "Alipay 支付宝"
        case .unspecified, .unrecognized: "?"
        }
    }

    private func yuan(_ fen: Int64) -> String { Money(fen: fen).yuan }
}
